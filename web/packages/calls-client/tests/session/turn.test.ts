// Relay servers: fetched while it rings, renewed in time, and done without where there are none.

import { expect, test } from "vitest";
import { type Device, deviceOf, pass, useFakeTime } from "./device.js";
import { refused } from "./fakeServer.js";

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

test("credentials that cannot be renewed are shown, and got by asking again", async () => {
  const device = deviceOf("ann");
  shortLived(device);
  await device.talk();
  device.server.answers.set("call:turn-credentials", () =>
    refused("unavailable", { retryable: true, retryAfter: 3_600 }),
  );
  await pass(480_000);
  const [notice] = device.state.notices;
  expect(notice?.kind).toBe("turn-unavailable");
  expect(notice?.error).toMatchObject({ name: "TurnExpired", message: "TURN credentials expired" });
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
