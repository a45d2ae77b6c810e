// How a link connects, and comes back: the steps of semantics "Reconnecting" and "Negotiation".

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FULL, Pair, stubPage } from "./pair.js";

beforeEach(stubPage);
afterEach(() => vi.unstubAllGlobals());

test("the caller offers once, and both are connected with one section of each kind", async () => {
  const pair = new Pair();
  await pair.connect();
  expect([pair.ann.count("offer"), pair.bob.count("answer"), pair.bob.count("offer")]).toEqual([1, 1, 0]);
  for (const side of pair.sides) {
    expect(side.peer.transceivers.map(({ kind, currentDirection }) => [kind, currentDirection])).toEqual([
      ["audio", "sendrecv"],
      ["video", "sendrecv"],
    ]);
  }
});

test("when both offer at once the callee gives way, and there is still one section of each kind", async () => {
  const pair = new Pair();
  pair.ann.link.start(true);
  pair.bob.link.start(true);
  await pair.expectConnected(5_000);
  await pair.clock.advance(5_000);
  for (const side of pair.sides) {
    expect(side.peer.transceivers.map(({ kind, currentDirection }) => [kind, currentDirection])).toEqual([
      ["audio", "sendrecv"],
      ["video", "sendrecv"],
    ]);
  }
  expect(pair.ann.count("offer")).toBe(1);
});

test("who waits for an offer that does not come offers after four seconds", async () => {
  const pair = new Pair();
  pair.bob.link.start(false);
  await pair.clock.advance(3_900);
  expect(pair.bob.count("offer")).toBe(0);
  await pair.clock.advance(200);
  expect(pair.bob.count("offer")).toBe(1);
  await pair.expectConnected(5_000);
});

test("candidates that come before their description wait for it", async () => {
  const pair = new Pair();
  pair.ann.link.start(true);
  await pair.clock.advance(20);
  const early = { candidate: "candidate:0 1 udp 1 127.0.0.1 9 typ host ufrag early", sdpMid: "0" };
  pair.ann.link.receive({ kind: "candidate", candidate: early });
  await pair.clock.advance(20);
  expect(pair.ann.peer.heard.has("early")).toBe(false);
  pair.bob.link.start(false);
  await pair.expectConnected(5_000);
  expect(pair.ann.peer.heard.has("early")).toBe(true);
});

test("a gap shorter than two seconds of disconnection restarts nothing", async () => {
  const pair = new Pair();
  await pair.connect();
  pair.network.up = false;
  await pair.clock.advance(3_000 + 1_000);
  expect([pair.ann.status, pair.bob.status]).toEqual(["interrupted", "interrupted"]);
  expect(pair.ann.link.state.get().error?.message).toBe("Connection closed with user: Connection lost");
  pair.network.up = true;
  await pair.expectConnected(2_000);
  expect(pair.ann.peer.restarts + pair.bob.peer.restarts).toBe(0);
  expect(pair.ann.link.state.get().error).toBeNull();
});

test("after two seconds of disconnection ICE is restarted, on the same connection", async () => {
  const pair = new Pair();
  await pair.connect();
  pair.network.up = false;
  await pair.clock.advance(3_000 + 1_990);
  expect(pair.ann.peer.restarts).toBe(0);
  await pair.clock.advance(20);
  expect(pair.ann.peer.restarts).toBe(1);
  await pair.clock.advance(1_000);
  pair.network.up = true;
  await pair.expectConnected(3_000);
  expect([pair.ann.peers.length, pair.bob.peers.length]).toEqual([1, 1]);
});

test("ICE that failed is restarted at once", async () => {
  const pair = new Pair();
  await pair.connect();
  pair.ann.peer.become("failed", "failed");
  await pair.clock.advance(1);
  expect(pair.ann.peer.restarts).toBe(1);
});

test("eight seconds after a restart that did not help there is a new connection", async () => {
  const pair = new Pair();
  await pair.connect();
  pair.network.up = false;
  await pair.clock.advance(3_000 + 2_000 + 7_900);
  expect([pair.ann.peers.length, pair.bob.peers.length]).toEqual([1, 1]);
  await pair.clock.advance(200);
  expect(pair.ann.peers.length).toBeGreaterThan(1);
  pair.network.up = true;
  await pair.expectConnected(20_000);
});

test("a person is told that it failed after a whole round, and it goes on all the same", async () => {
  const pair = new Pair();
  await pair.connect();
  pair.network.up = false;
  await pair.clock.advance(40_000);
  expect(pair.ann.status).toBe("failed");
  expect(pair.ann.link.state.get().error?.message).toBe("Connection failed with user: ICE connection failed");
  await pair.clock.advance(120_000);
  pair.network.up = true;
  await pair.expectConnected(45_000);
});

test("where no way leads through both are told that it failed, whoever begins again", async () => {
  const pair = new Pair();
  pair.network.up = false;
  pair.ann.link.start(true);
  pair.bob.link.start(false);
  await pair.clock.advance(20_000);
  expect([pair.ann.status, pair.bob.status]).toEqual(["connecting", "connecting"]);
  await pair.clock.advance(6_000);
  expect([pair.ann.status, pair.bob.status]).toEqual(["failed", "failed"]);
  pair.network.up = true;
  await pair.expectConnected(20_000);
  expect([pair.ann.link.state.get().error, pair.bob.link.state.get().error]).toEqual([null, null]);
});

test("a connection whose keys no longer fit is replaced", async () => {
  const pair = new Pair();
  await pair.connect();
  pair.ann.peer.become(pair.ann.peer.iceConnectionState, "failed");
  await pair.expectConnected(12_000);
});

test("a page that is loaded again connects with the same link of the other side", async () => {
  for (const side of ["ann", "bob"] as const) {
    const pair = new Pair();
    await pair.connect();
    pair[side].reload();
    await pair.expectConnected(3_000);
  }
});

test("the answer that got lost is sent again when signalling is back, though nobody else noticed", async () => {
  const pair = new Pair();
  await pair.connect();
  pair.ann.link.limit(FULL);
  pair.bob.onSend = ({ kind }) => {
    if (kind === "answer") pair.cut(pair.bob);
  };
  pair.ann.link.limit({ ...FULL, audioOnly: true });
  await pair.clock.advance(500);
  pair.bob.onSend = () => {};
  expect(pair.ann.peer.signalingState).toBe("have-local-offer");
  pair.restore(pair.bob, false);
  await pair.clock.advance(1_000);
  expect(pair.ann.peer.signalingState).toBe("stable");
});

test("an offer that nobody answers is sent again after a while", async () => {
  const pair = new Pair();
  await pair.connect();
  pair.ann.link.limit(FULL);
  pair.ann.onSend = () => pair.cut(pair.bob);
  pair.ann.link.limit({ ...FULL, receiveKbps: 800 });
  await pair.clock.advance(1_000);
  pair.ann.onSend = () => {};
  pair.bob.reachable = true;
  expect(pair.ann.peer.signalingState).toBe("have-local-offer");
  await pair.expectConnected(10_000);
  expect(pair.bob.peers).toHaveLength(1);
});

test("late and duplicated answers change nothing", async () => {
  const pair = new Pair();
  await pair.connect();
  const answer = pair.bob.sent.find((one) => one.kind === "answer");
  if (answer === undefined) throw new Error("no answer was sent");
  pair.ann.link.receive(answer);
  pair.ann.link.limit({ ...FULL, audioOnly: true });
  await pair.clock.advance(10);
  pair.ann.link.receive(answer);
  await pair.clock.advance(5_000);
  expect(pair.connected).toBe(true);
  expect(pair.ann.peers).toHaveLength(1);
});

test("what somebody sends changes without negotiation", async () => {
  const pair = new Pair();
  await pair.connect();
  const offers = pair.ann.count("offer") + pair.bob.count("offer");
  pair.bob.outgoing.patch({ video: null });
  await pair.clock.advance(1_000);
  expect(pair.bob.peer.transceivers.map(({ sender }) => sender.track)).toEqual([
    pair.bob.outgoing.get().audio,
    null,
  ]);
  expect(pair.ann.count("offer") + pair.bob.count("offer")).toBe(offers);
});

test("audio only stops the picture both ways, and it comes back", async () => {
  const pair = new Pair();
  await pair.connect();
  const video = () => pair.sides.map(({ peer }) => peer.transceivers[1]?.currentDirection);
  pair.bob.link.limit({ ...FULL, audioOnly: true });
  await pair.clock.advance(1_000);
  expect(video()).toEqual(["inactive", "inactive"]);
  pair.bob.link.limit(FULL);
  await pair.clock.advance(1_000);
  expect(video()).toEqual(["sendrecv", "sendrecv"]);
});

test("a limit for the other side that changes during a negotiation is told afterwards", async () => {
  const pair = new Pair();
  await pair.connect();
  pair.ann.link.limit({ ...FULL, receiveKbps: 800 });
  pair.ann.link.limit({ ...FULL, receiveKbps: 350 });
  await pair.clock.advance(2_000);
  const last = pair.ann.sent.findLast((one) => one.kind === "offer");
  expect(last?.kind === "offer" ? last.offer.sdp : "").toContain("b=TIAS:350000");
  expect(pair.connected).toBe(true);
});

test("VP8 is preferred when asked for, and the other side is told", async () => {
  const pair = new Pair();
  await pair.connect();
  expect(pair.ann.peer.transceivers[1]?.preferred.slice(0, 2)).toEqual(["video/VP9", "video/VP8"]);
  pair.ann.link.limit(FULL);
  pair.ann.link.limit({ ...FULL, preferVp8: true });
  await pair.clock.advance(1_000);
  expect(pair.ann.peer.transceivers[1]?.preferred.slice(0, 2)).toEqual(["video/VP8", "video/VP9"]);
  expect(pair.ann.count("offer")).toBe(2);
});

test("new relay servers are taken over, and used at once while there is no connection", async () => {
  const pair = new Pair();
  await pair.connect();
  const servers = { iceServers: [{ urls: "turn:relay.example:3478" }] };
  pair.ann.link.configure(servers, "relayed");
  expect(pair.ann.peer.configuration).toBe(servers);
  await pair.clock.advance(1_000);
  expect(pair.ann.peer.restarts).toBe(0);
  pair.network.up = false;
  await pair.clock.advance(4_000);
  pair.ann.link.configure(servers, "broken");
  await pair.clock.advance(1);
  expect(pair.ann.peer.restarts).toBe(1);
});

test("a first connection whose candidates all fail waits for more of them before ICE is restarted", async () => {
  const pair = new Pair();
  pair.network.up = false;
  pair.ann.link.start(true);
  pair.bob.link.start(false);
  await pair.clock.advance(200);
  pair.ann.peer.become("failed", "failed");
  await pair.clock.advance(2_000);
  expect(pair.ann.peer.restarts).toBe(0);
  await pair.clock.advance(1_000);
  expect(pair.ann.peer.restarts).toBe(1);

  const found = new Pair();
  found.network.up = false;
  found.ann.link.start(true);
  found.bob.link.start(false);
  await found.clock.advance(200);
  found.ann.peer.become("failed", "failed");
  await found.clock.advance(500);
  found.network.up = true;
  await found.expectConnected(2_000);
  await found.clock.advance(10_000);
  expect(found.ann.peer.restarts).toBe(0);
});

test("a connection that has only begun is not restarted by word of the network, an older one is", async () => {
  const pair = new Pair();
  pair.network.up = false;
  pair.ann.link.start(true);
  pair.bob.link.start(false);
  await pair.clock.advance(400);
  pair.ann.link.networkChanged();
  pair.ann.link.configure({ iceServers: [] }, "broken");
  await pair.clock.advance(2_000);
  expect([pair.ann.peer.restarts, pair.ann.peers.length]).toEqual([0, 1]);
  pair.ann.link.configure({ iceServers: [{ urls: "turn:relay.example:3478" }] }, "relayed");
  await pair.clock.advance(1);
  expect(pair.ann.peer.restarts).toBe(1);

  const later = new Pair();
  later.network.up = false;
  later.ann.link.start(true);
  later.bob.link.start(false);
  await later.clock.advance(3_100);
  later.ann.link.networkChanged();
  await later.clock.advance(1);
  expect(later.ann.peer.restarts).toBe(1);
});

for (const [restart, relayed, restarts] of [
  ["broken", true, 0],
  ["relayed", false, 0],
  ["relayed", true, 1],
  ["all", false, 1],
] as const) {
  const way = relayed ? "over its own relay" : "without a relay of its own";
  test(`a connection ${way} starts ICE again ${restarts} times for "${restart}", and stays connected`, async () => {
    const pair = new Pair();
    await pair.connect();
    const states: string[] = [];
    pair.ann.link.state.subscribe(() => states.push(pair.ann.status));
    pair.ann.peer.relayed = relayed;
    pair.ann.link.configure({ iceServers: [{ urls: "turn:relay.example:3478" }] }, restart);
    await pair.clock.advance(20_000);
    expect(pair.ann.peer.restarts).toBe(restarts);
    expect(pair.ann.peer.gatheredWith).toHaveLength(1 + restarts);
    expect([pair.ann.peers.length, pair.bob.peers.length]).toEqual([1, 1]);
    expect(states.filter((one) => one !== "connected")).toEqual([]);
  });
}

test("an offer that is none does not end the connection there is", async () => {
  const pair = new Pair();
  await pair.connect();
  pair.bob.link.receive({ kind: "offer", offer: { type: "offer", sdp: "nonsense" } });
  pair.bob.link.receive({ kind: "answer", answer: { type: "answer", sdp: "nonsense" } });
  await pair.clock.advance(10);
  expect(pair.bob.peers).toHaveLength(1);
  await pair.expectConnected(5_000);
  expect(pair.bob.peers).toHaveLength(1);
});

test("a closed link has no connection, no timer and no listener left, and says nothing more", async () => {
  const pair = new Pair();
  await pair.connect();
  pair.network.up = false;
  await pair.clock.advance(6_000);
  const said = pair.ann.sent.length;
  pair.close();
  pair.ann.outgoing.patch({ video: null });
  pair.ann.link.receive({ kind: "candidate", candidate: null });
  pair.ann.link.signallingBack();
  await pair.clock.advance(60_000);
  expect(pair.network.open).toBe(0);
  expect(pair.clock.waiting).toBe(0);
  expect(pair.ann.sent).toHaveLength(said);
  expect(pair.ann.link.incoming.get()).toEqual({ audio: null, video: null });
});
