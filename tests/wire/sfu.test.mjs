// Calls whose media goes through the server: who is told what, and what is refused.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertGapless, assertRefused } from "./harness/assertions.mjs";
import { answer, candidate, offer } from "./harness/media.mjs";
import { meeting, people } from "./harness/people.mjs";
import { request } from "./harness/rest.mjs";
import { Negotiator, mids, publisherOffer, sections } from "./harness/sfu.mjs";
import { sharedServer } from "./harness/suite.mjs";
import { TurnClient } from "./harness/turn.mjs";

/** On ports of its own: test files run beside each other. */
const SFU = { SFU_LISTEN: "127.0.0.1:0", SFU_SHARDS: 1 };

const topologies = (device, callId) => device.all("call:topology-changed", callId).map((one) => one.topology);
const joined = (call) => call.participants.filter((one) => one.status === "joined").map((one) => one.userName).sort();

describe("a call of two that a third joins", { concurrency: true }, () => {
  const server = sharedServer({ settings: { ...SFU, SFU: "auto" } });

  async function three() {
    const everybody = await people(server, "Ann", "Bob", "Cem");
    const conversation = await everybody[0].group(...everybody.slice(1));
    const devices = await Promise.all(everybody.map((one) => one.device()));
    const { callId } = await devices[0].does("call:initiate", { conversationId: conversation, type: "video" });
    for (const device of devices.slice(1)) await device.until("call:incoming", callId);
    await devices[1].does("call:accept", { callId });
    return { everybody, devices, callId };
  }

  test("the configuration tells of it", async () => {
    const { body } = await request(server.url, "GET", "/api/calls/config");
    assert.deepEqual([body.features.sfu, body.limits.maxParticipants], [true, 20]);
  });

  test("is between the two until then, and the server has no part in it", async () => {
    const { everybody: [ann, bob], devices: [a, b], callId } = await three();
    assert.equal((await ann.call(callId)).topology, "mesh");
    assertRefused(await new Negotiator(a, callId).publish(), "topology_mesh");
    assertRefused(await a.emit("call:subscribe", { callId, slots: [] }), "topology_mesh");
    await a.does("call:offer", { callId, targetUserId: bob.id, offer: offer() });
    await b.until("call:offer", callId);
    assert.deepEqual(topologies(a, callId), []);
  });

  test("connects to the server as well, and goes on between the two when the third gets no media", async () => {
    const { everybody: [ann, bob, cem], devices: [a, b, c], callId } = await three();
    await c.does("call:accept", { callId });
    for (const device of [a, b]) await device.until("call:topology-changed", (one) => one.topology === "upgrading");
    assert.equal((await cem.call(callId)).topology, "upgrading");
    await a.does("call:offer", { callId, targetUserId: bob.id, offer: offer("still direct") });
    await b.until("call:offer", callId);
    const { offer: offered } = await new Negotiator(c, callId).negotiate();
    assert.equal(offered.transport, "subscriber");

    const left = await a.until("call:participant-left", callId, { within: 25_000 });
    assert.deepEqual([left.userId, left.reason], [cem.id, "connection-failed"]);
    for (const device of [a, b]) await device.until("call:topology-changed", (one) => one.topology === "mesh");
    assert.deepEqual(topologies(a, callId), ["upgrading", "mesh"]);
    for (const device of [a, b]) assertGapless(device, callId);
    assert.deepEqual(joined(await ann.call(callId)), ["Ann", "Bob"]);
    assertRefused(await new Negotiator(a, callId).publish(), "topology_mesh");
    assertRefused(await new Negotiator(c, callId).publish(), "not_joined");
  });
});

describe("a call through the server", { concurrency: true }, () => {
  const server = sharedServer({ settings: { ...SFU, SFU: "only", LIMITS: "default", TRUSTED_PROXIES: "127.0.0.1/32" } });

  test("has that topology from the first accept on, and lets nobody signal to somebody else", async () => {
    const { everybody: [ann, bob], devices: [a, b], callId } = await meeting(server, "Ann", "Bob", "Cem");
    const { topology, rev } = await ann.call(callId);
    assert.equal(topology, "sfu");
    assert.deepEqual(topologies(a, callId), ["sfu"]);
    assertGapless(a, callId, rev);
    for (const [event, field, value] of [["call:offer", "offer", offer()], ["call:answer", "answer", answer()], ["call:ice-candidate", "candidate", candidate()]]) {
      assertRefused(await a.emit(event, { callId, targetUserId: bob.id, [field]: value }), "topology_sfu");
    }
    await b.flush();
    assert.deepEqual(b.all("call:offer"), []);
  });

  test("the server answers a publisher and offers a pool of slots, to that device alone", async () => {
    const { everybody: [, bob], devices: [a, b, c], callId } = await meeting(server, "Ann", "Bob", "Cem");
    const phone = await bob.device("phone");
    const { answer: answered, offer: offered } = await new Negotiator(b, callId).negotiate();
    assert.deepEqual([answered.transport, answered.negotiationId], ["publisher", 1]);
    const { sdp } = answered.answer;
    assert.deepEqual(mids(sdp), ["0", "1", "2", "3"]);
    assert.match(sdp, /a=ice-lite/);
    assert.match(sdp, /a=setup:passive/);
    assert.match(sdp, /a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 \d+ typ host/i);
    assert.match(sdp, /a=simulcast:recv q;h;f/);
    const pool = sections(offered.offer.sdp);
    const kinds = (kind) => pool.filter((lines) => lines[0].startsWith(`m=${kind} `)).length;
    assert.deepEqual([kinds("audio"), kinds("video"), offered.transport], [5, 11, "subscriber"]);
    assert.ok(pool.every((lines) => lines.includes("a=sendonly")));

    for (const device of [a, c, phone]) {
      await device.flush();
      assert.ok(!JSON.stringify(device.heard).includes("v=0"), "nothing of it");
    }
  });

  test("takes what a device wants to see, at most a hundred pictures of a size that a screen has", async () => {
    const { everybody: [ann], devices: [, b], callId } = await meeting(server, "Ann", "Bob", "Cem");
    const want = (count, width) => b.emit("call:subscribe", {
      callId, slots: Array.from({ length: count }, () => ({ userId: ann.id, source: "camera", width, height: 180 })),
    });
    assert.deepEqual(await want(100, 320), { ok: true });
    assertRefused(await want(101, 320), "invalid");
    assertRefused(await want(1, 8_193), "invalid");
    assertRefused(await b.emit("call:subscribe", { callId, slots: [{ userId: ann.id, source: "ceiling", width: 1, height: 1 }] }), "invalid");
  });

  test("a description that is none is refused at once, and the others go on", async () => {
    const { devices: [a, b], callId } = await meeting(server, "Ann", "Bob", "Cem");
    const good = new Negotiator(b, callId);
    const sdp = publisherOffer(good.page);
    const bad = [
      "v=0\r\n",
      sdp.replace("a=rtpmap:111 opus/48000/2", "a=rtpmap:111 opus/48000/2\r\na=rtpmap:96 VP8/90000"),
      sdp.replace("m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"),
      sdp.replace(/a=fingerprint:[^\r]+\r\n/g, ""),
      sdp + "a=ssrc:1 cname:x\r\n".repeat(10_000),
    ];
    for (const text of bad) {
      const begun = performance.now();
      const ack = await new Negotiator(a, callId).publish({ offer: { type: "offer", sdp: text } });
      assert.ok(performance.now() - begun < 1_000);
      assertRefused(ack, "invalid_description");
      assert.match(ack.error.message, /^session description, line \d+: /);
    }
    await good.negotiate();
  });

  test("says which field is missing", async () => {
    const { devices: [a], callId } = await meeting(server, "Ann", "Bob");
    for (const [changes, field] of [
      [{ transport: undefined }, "transport"], [{ transport: "subscriber" }, "transport"], [{ negotiationId: undefined }, "negotiationId"],
    ]) {
      const ack = await new Negotiator(a, callId).publish(changes);
      assertRefused(ack, "invalid");
      assert.equal(ack.error.errors[0].field, field);
    }
  });

  test("takes candidates, and passes them to nobody", async () => {
    const { devices: [a, b], callId } = await meeting(server, "Ann", "Bob");
    for (const one of [candidate(), null]) {
      const ack = await a.does("call:ice-candidate", { callId, targetUserId: "sfu", candidate: one, transport: "publisher" });
      assert.deepEqual(ack, { ok: true });
    }
    await b.flush();
    assert.deepEqual(b.all("call:ice-candidate"), []);
  });

  test("a sixth offer within ten seconds is refused", async () => {
    const { devices: [a], callId } = await meeting(server, "Ann", "Bob");
    const negotiator = new Negotiator(a, callId);
    const acks = await Promise.all(Array.from({ length: 6 }, () => negotiator.publish()));
    assert.equal(acks.filter((ack) => ack.ok).length, 5);
    assertRefused(acks[5], "rate_limited");
  });

  test("nobody but the device in the call negotiates", async () => {
    const { everybody: [ann, bob, cem], devices: [a, , c], callId } = await meeting(server, "Ann", "Bob", "Cem");
    const phone = await bob.device("phone");
    assertRefused(await new Negotiator(phone, callId).publish(), "not_this_device");
    await a.does("call:remove", { callId, userId: cem.id });
    assertRefused(await new Negotiator(c, callId).publish(), "not_joined");
    assertRefused(await c.emit("call:subscribe", { callId, slots: [] }), "not_joined");
    const [stranger] = await people(server, "Dora");
    assertRefused(await new Negotiator(await stranger.device(), callId).publish(), "call_not_found");
    await a.does("call:end", { callId });
    assertRefused(await new Negotiator(a, callId).publish(), "call_ended");
    assert.equal((await ann.call(callId)).status, "ended");
  });

  test("a page that was reloaded negotiates anew on the same seat", async () => {
    const { everybody: [, bob], devices: [a, b], callId } = await meeting(server, "Ann", "Bob", "Cem");
    const { resumeToken } = await b.does("call:accept", { callId });
    const before = await new Negotiator(b, callId).negotiate();
    b.drop();
    const back = await bob.device(b.name);
    const { call } = await back.does("call:resume", { callId, resumeToken });
    assert.equal(call.topology, "sfu");
    const { answer: answered, offer: offered } = await new Negotiator(back, callId).negotiate();
    assert.deepEqual(mids(answered.answer.sdp), mids(before.answer.answer.sdp));
    const ufrag = (one) => /a=ice-ufrag:(\S+)/.exec(one.offer.sdp)[1];
    assert.notEqual(ufrag(offered), ufrag(before.offer));
    assert.deepEqual(a.all("call:participant-left"), []);
  });

  test("a broken subscriber connection is offered anew with other credentials", async () => {
    const { devices: [a], callId } = await meeting(server, "Ann", "Bob");
    const { offer: first } = await new Negotiator(a, callId).negotiate();
    const after = a.mark;
    await a.does("call:transport-state", { callId, state: "failed", leg: "sfu", transport: "subscriber" });
    const second = await a.until("call:offer", (one) => one.transport === "subscriber", { after });
    const ufrag = (one) => /a=ice-ufrag:(\S+)/.exec(one.offer.sdp)[1];
    assert.notEqual(ufrag(second), ufrag(first));
    assert.ok(second.negotiationId > first.negotiationId);
    assert.deepEqual(mids(second.offer.sdp), mids(first.offer.sdp));
  });
});

describe("whoever comes over the relay alone", () => {
  const turn = { TURN_EMBEDDED: "on", TURN_LISTEN: "127.0.0.1:0", LIMITS: "default" };
  const server = sharedServer({ settings: { ...SFU, ...turn, SFU: "only" } });

  test("is relayed to the server's media, and to nothing else of this machine", async (t) => {
    const { everybody: [ann], devices: [a], callId } = await meeting(server, "Ann", "Bob");
    const { answer: answered } = await new Negotiator(a, callId).negotiate();
    const [, ip, port] = /a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host/i.exec(answered.answer.sdp);
    const { credentials } = await ann.does("GET", `/api/calls/turn-credentials?callId=${callId}`);
    const client = new TurnClient(credentials.urls[0], credentials);
    t.after(() => client.close());
    assert.equal((await client.allocate()).code, 200);
    assert.equal((await client.permit({ address: ip, port: Number(port) })).code, 200);
    const beside = Number(new URL(server.url).port);
    assert.equal((await client.permit({ address: ip, port: beside })).code, 403);
  });
});

describe("people in a call through the server", { concurrency: true }, () => {
  const server = sharedServer({ settings: { ...SFU, SFU: "only" } });

  test("raise their hands in an order that everybody sees, and lower them", async () => {
    const { everybody: [ann, bob, cem], devices: [a, b, c], callId } = await meeting(server, "Ann", "Bob", "Cem");
    for (const device of [c, b]) await device.does("call:hand", { callId, raised: true });
    await c.does("call:hand", { callId, raised: true });
    const { participants } = await ann.call(callId);
    const raised = participants.filter((one) => one.handRaisedAt).sort((one, other) => one.handRaisedAt.localeCompare(other.handRaisedAt));
    assert.deepEqual(raised.map((one) => one.userId).sort(), [bob.id, cem.id].sort());
    await a.settled(callId);
    assert.deepEqual(a.all("call:hand-changed").map((one) => one.userId), [cem.id, bob.id], "up already changes nothing");
    assertRefused(await b.emit("call:hand", { callId, raised: false, userId: cem.id }), "capability_missing");
    await a.does("call:hand", { callId, raised: false, userId: cem.id });
    await b.until("call:hand-changed", (one) => one.userId === cem.id && one.raisedAt === null);
    await b.does("call:leave", { callId });
    assert.deepEqual((await ann.call(callId)).participants.filter((one) => one.handRaisedAt), [], "whoever leaves takes it down");
    assertGapless(a, callId);
  });

  test("show reactions of at most 32 bytes, which nobody keeps", async () => {
    const { everybody: [ann, bob], devices: [a, b, c], callId } = await meeting(server, "Ann", "Bob", "Cem");
    await b.does("call:react", { callId, reaction: "👩‍👩‍👧‍👦" });
    for (const device of [a, b, c]) {
      assert.deepEqual(await device.until("call:reaction", callId), { callId, userId: bob.id, reaction: "👩‍👩‍👧‍👦" });
    }
    for (const reaction of ["", "x".repeat(33), "a\u0007b", 7, null]) {
      assertRefused(await b.emit("call:react", { callId, reaction }), "invalid");
    }
    const log = await ann.does("GET", `/api/calls/${callId}/events`);
    assert.ok(!JSON.stringify(log).includes("reaction"));
  });

  test("are asked to speak, and unmute themselves", async () => {
    const { everybody: [ann, bob], devices: [a, b, c], callId } = await meeting(server, "Ann", "Bob", "Cem");
    await a.does("call:mute", { callId, userId: bob.id });
    assertRefused(await c.emit("call:ask-to-unmute", { callId, userId: bob.id }), "capability_missing");
    await a.does("call:ask-to-unmute", { callId, userId: bob.id });
    assert.deepEqual(await b.until("call:unmute-requested", callId), { callId, byUserId: ann.id });
    await c.settled(callId);
    assert.deepEqual(c.all("call:unmute-requested"), []);
    assert.equal((await ann.part(callId, bob)).mediaState.audioEnabled, false);
    await b.does("call:media", { callId, audioEnabled: true });
    assert.equal((await ann.part(callId, bob)).mediaState.audioEnabled, true);
  });

  test("do what their role allows", async () => {
    const { everybody: [, bob, cem], devices: [a, b, c], callId } = await meeting(server, "Ann", "Bob", "Cem");
    await a.does("call:set-role", { callId, userId: bob.id, role: "viewer" });
    for (const change of [{ audioEnabled: true }, { videoEnabled: true }, { screenSharing: true }]) {
      assertRefused(await b.emit("call:media", { callId, ...change }), "capability_missing");
    }
    assertRefused(await b.emit("call:ask-to-unmute", { callId, userId: cem.id }), "capability_missing");
    await b.does("call:hand", { callId, raised: true });
    await b.does("call:react", { callId, reaction: "👏" });
    await new Negotiator(b, callId).negotiate();

    await a.does("call:set-role", { callId, userId: cem.id, role: "recorder" });
    assertRefused(await c.emit("call:hand", { callId, raised: true }), "capability_missing");
    assertRefused(await c.emit("call:react", { callId, reaction: "👏" }), "capability_missing");
  });
});

describe("a call through the server of five at most", { concurrency: true }, () => {
  const server = sharedServer({ settings: { ...SFU, SFU: "only", MAX_PARTICIPANTS: 5 } });

  test("lets five in of ten who come at once, and whoever comes after one has left", async () => {
    const everybody = await people(server, ...Array.from({ length: 10 }, (_, index) => `P${index}`));
    const [host, ...others] = everybody;
    const conversation = await host.group(...others);
    const devices = await Promise.all(everybody.map((one) => one.device()));
    const { callId } = await devices[0].does("call:initiate", { conversationId: conversation });
    await Promise.all(devices.slice(1).map((device) => device.until("call:incoming", callId)));
    const acks = await Promise.all(devices.slice(1).map((device) => device.emit("call:accept", { callId })));
    assert.equal(acks.filter((ack) => ack.ok).length, 4, "and the host");
    for (const ack of acks.filter((one) => !one.ok)) assertRefused(ack, "full");
    assert.equal(joined(await host.call(callId)).length, 5);

    const inside = devices[1 + acks.findIndex((ack) => ack.ok)];
    const outside = devices[1 + acks.findIndex((ack) => !ack.ok)];
    await inside.does("call:leave", { callId });
    await outside.does("call:accept", { callId });
    assertRefused(await inside.emit("call:accept", { callId }), "full");
  });
});
