// Relay servers: fetched while it rings, renewed in time, and done without where there are none.

import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.js";
import { TurnCredentials } from "../../src/session/turnCredentials.js";
import { Signalling } from "../../src/signalling/signalling.js";
import { type Device, deviceOf, pass, useFakeTime } from "./device.js";
import { FakeServer, refused } from "./fakeServer.js";

useFakeTime();

const CALL = { conversationId: "conversation", type: "audio" } as const;
const urlsOf = (configuration: RTCConfiguration | undefined) =>
  configuration?.iceServers?.map(({ urls }) => urls);

test("credentials are fetched while it rings, and the connection has them from its beginning", async () => {
  const device = deviceOf("ann");
  device.client.start(CALL);
  await pass(100);
  expect(device.server.last("call:turn-credentials")).toEqual({ callId: "call" });
  expect(device.peers).toHaveLength(0);
  device.other("bob", false);
  device.server.join("bob");
  await pass(100);
  expect(urlsOf(device.peers[0]?.configuration)).toEqual([["turn:relay.example:3478"]]);
  device.close();
});

test("a connection waits for slow credentials, but not for long, and takes them over when they come", async () => {
  const device = deviceOf("bob");
  device.server.callFrom("ann");
  device.server.holding.add("call:turn-credentials");
  device.other("ann", true);
  device.client.answer("call");
  await pass(1_400);
  expect(device.peers).toHaveLength(0);
  await pass(200);
  expect(urlsOf(device.peers[0]?.configuration)).toEqual([]);
  await pass(2_000);
  device.server.release("call:turn-credentials");
  await pass(100);
  expect(urlsOf(device.peers[0]?.configuration)).toEqual([["turn:relay.example:3478"]]);
  device.close();
});

/** Credentials that live ten minutes, named by how often they were asked for. */
function shortLived(device: Device): void {
  device.server.answers.set("call:turn-credentials", () => {
    const username = String(device.server.count("call:turn-credentials"));
    const credentials = { urls: ["turn:relay.example:3478"], username, credential: "secret" };
    return { credentials, ttl: 600, expiresAt: "" };
  });
}

const UNAVAILABLE = refused("unavailable", { retryable: true });

test("credentials are renewed after four fifths of their life, without a gap", async () => {
  const device = deviceOf("ann");
  shortLived(device);
  await device.talk();
  await pass(480_000 - 3_500);
  expect(device.server.count("call:turn-credentials")).toBe(1);
  await pass(3_500);
  expect(device.server.count("call:turn-credentials")).toBe(2);
  expect(device.peers[0]?.configuration.iceServers?.[0]?.username).toBe("2");
  expect([device.peers.length, device.peers[0]?.restarts, device.state.phase]).toEqual([1, 0, "active"]);
  device.close();
});

test("a server without a relay is done without, and not asked again", async () => {
  const device = deviceOf("ann");
  device.server.answers.set("call:turn-credentials", () => refused("turn_not_configured"));
  await device.talk();
  await pass(120_000);
  expect(device.server.count("call:turn-credentials")).toBe(1);
  expect(device.peers[0]?.configuration.iceServers).toEqual([]);
  expect([device.state.phase, device.state.notices]).toEqual(["active", []]);
  device.close();
});

test("credentials that cannot be renewed are tried again, and nobody is troubled while they are good", async () => {
  const device = deviceOf("ann");
  shortLived(device);
  await device.talk();
  device.server.answers.set("call:turn-credentials", () => UNAVAILABLE);
  await pass(590_000);
  expect(device.server.count("call:turn-credentials")).toBeGreaterThan(10);
  expect(device.state.notices).toEqual([]);
  shortLived(device);
  await pass(60_000);
  expect([device.state.phase, device.state.notices]).toEqual(["active", []]);
  expect(device.peers[0]?.configuration.iceServers?.[0]?.username).not.toBe("1");
  device.close();
});

test("credentials that have run out are shown, and got by asking again", async () => {
  const device = deviceOf("ann");
  shortLived(device);
  await device.talk();
  device.server.answers.set("call:turn-credentials", () =>
    refused("unavailable", { retryable: true, retryAfter: 3_600 }),
  );
  await pass(600_000);
  const [notice] = device.state.notices;
  expect(notice?.kind).toBe("turn-unavailable");
  expect(notice?.error).toMatchObject({ name: "TurnExpired", message: "TURN credentials expired" });
  expect(device.state.phase, "a direct call goes on").toBe("active");
  const failing = notice?.error?.recover();
  const failed = expect(failing).rejects.toMatchObject({ name: "TurnExpired" });
  await pass(100);
  await failed;
  device.server.answers.delete("call:turn-credentials");
  const recovered = device.state.notices[0]?.error?.recover();
  await pass(100);
  await recovered;
  expect(device.state.notices).toEqual([]);
  device.close();
});

test("what could not be renewed while the socket was away is renewed when it is back", async () => {
  const device = deviceOf("ann");
  shortLived(device);
  await device.talk();
  await pass(470_000);
  device.server.answers.set("call:resume", () => refused("unavailable", { retryable: true, retryAfter: 60 }));
  device.server.disconnect();
  await pass(25_000);
  const asked = device.server.count("call:turn-credentials");
  device.server.reconnect();
  await pass(50);
  expect(device.server.count("call:turn-credentials")).toBe(asked + 1);
  device.close();
});

test("credentials that a product hands over after they have run out are asked of the server", async () => {
  const server = new FakeServer("ann");
  const own = (seconds: number) => ({
    urls: ["turn:own.example:3478"],
    username: `${Math.floor(Date.now() / 1000) + seconds}:ann`,
    credential: "secret",
  });
  const seen: unknown[] = [];
  for (const [given, asked] of [
    [own(-60), 1],
    [own(3_600), 0],
    [{ ...own(0), username: "of another scheme" }, 0],
  ] as const) {
    const before = server.count("call:turn-credentials");
    const turn = new TurnCredentials({
      signalling: new Signalling(server),
      clock: systemClock,
      config: () => null,
      clockOffset: () => 0,
      policy: () => null,
      given: () => given,
      changed: () => {},
      failed: (error) => seen.push(error),
    });
    void turn.prepare("call");
    await pass(100);
    expect(server.count("call:turn-credentials") - before, given.username).toBe(asked);
    const host = asked === 1 ? "turn:relay.example:3478" : "turn:own.example:3478";
    expect(urlsOf(turn.configuration())).toEqual([[host]]);
    turn.close();
  }
  expect(seen).toEqual([]);
});
