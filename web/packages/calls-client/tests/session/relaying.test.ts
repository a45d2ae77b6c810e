// Calls over a relay: credentials that live for a minute, that cannot be renewed, and relays only.

import { expect, test } from "vitest";
import type { FakePeer } from "../peer/fakePeer.js";
import { type Device, deviceOf, pass, useFakeTime } from "./device.js";
import { refused } from "./fakeServer.js";

useFakeTime();

const UNAVAILABLE = refused("unavailable", { retryable: true });
const NONE = refused("turn_not_configured");

/** Credentials that say when they run out, as the server's do. */
function credentialsFor(device: Device, ttl: number): void {
  device.server.answers.set("call:turn-credentials", () => {
    const username = `${Math.floor(Date.now() / 1000) + ttl}:ann:call`;
    const credentials = { urls: ["turn:relay.example:3478"], username, credential: "secret" };
    return { credentials, ttl, expiresAt: "" };
  });
}

/** When credentials that a connection has run out, in milliseconds. */
const expiryOf = (configuration: RTCConfiguration | undefined): number =>
  Number((configuration?.iceServers?.at(-1)?.username ?? "0").split(":")[0]) * 1000;

/** When those run out with which it gathered the candidates that it uses now. */
const gatheredUntil = (peer: FakePeer | undefined): number => expiryOf(peer?.gatheredWith.at(-1));

function phasesOf(device: Device): string[] {
  const phases = [device.state.phase as string];
  device.session.store.subscribe(() => {
    const { phase } = device.state;
    if (phases.at(-1) !== phase) phases.push(phase);
  });
  return phases;
}

const policyOf = ({ iceTransportPolicy }: RTCConfiguration) => iceTransportPolicy;
const notices = (device: Device) => device.state.notices.map(({ kind, error }) => [kind, error?.name]);
const policies = (device: Device) => device.peers.map((one) => one.configuration.iceTransportPolicy);

// A relay refreshes an allocation with the credentials it was made with, also after they have run out: nothing that
// runs has to begin again for new ones.
test("a relayed call of ten minutes with credentials of one minute starts ICE not once again, and has good ones for when it must", async () => {
  const device = deviceOf("ann");
  credentialsFor(device, 60);
  await device.talk();
  const [peer] = device.peers;
  if (peer !== undefined) peer.relayed = true;
  const phases = phasesOf(device);
  for (let second = 0; second < 600; second += 1) {
    await pass(1_000);
    expect(expiryOf(peer?.configuration), `after ${second + 1} s`).toBeGreaterThan(Date.now());
  }
  expect(peer?.restarts).toBe(0);
  expect(device.server.count("call:turn-credentials")).toBeLessThanOrEqual(14);
  expect([phases, device.peers.length, notices(device)]).toEqual([["active"], 1, []]);
  device.close();
});

test("a direct call of ten minutes with credentials of one minute starts ICE not once again", async () => {
  const device = deviceOf("ann");
  credentialsFor(device, 60);
  await device.talk();
  const phases = phasesOf(device);
  await pass(600_000);
  expect([phases, device.peers.length, device.peers[0]?.restarts]).toEqual([["active"], 1, 0]);
  const username = device.peers[0]?.configuration.iceServers?.[0]?.username ?? "";
  expect(Number(username.split(":")[0]) * 1000).toBeGreaterThan(Date.now());
  device.close();
});

test("a renewal that is refused at first is in time all the same", async () => {
  const device = deviceOf("ann");
  credentialsFor(device, 60);
  await device.talk();
  const [peer] = device.peers;
  if (peer !== undefined) peer.relayed = true;
  const phases = phasesOf(device);
  device.server.answers.set("call:turn-credentials", () => UNAVAILABLE);
  // Four fifths are over at 48 s.
  await pass(52_000);
  expect(device.server.count("call:turn-credentials")).toBeGreaterThanOrEqual(3);
  credentialsFor(device, 60);
  await pass(4_000);
  expect(expiryOf(peer?.configuration) - Date.now()).toBeGreaterThan(50_000);
  expect([phases, notices(device), device.peers.length, peer?.restarts]).toEqual([["active"], [], 1, 0]);
  device.close();
});

test("another relay in the place of the one in use is gone over to", async () => {
  const device = deviceOf("ann");
  credentialsFor(device, 60);
  await device.talk();
  const [peer] = device.peers;
  if (peer !== undefined) peer.relayed = true;
  const phases = phasesOf(device);
  device.server.answers.set("call:turn-credentials", () => {
    const username = `${Math.floor(Date.now() / 1000) + 600}:ann:call`;
    const credentials = { urls: ["turn:other.example:3478"], username, credential: "secret" };
    return { credentials, ttl: 600, expiresAt: "" };
  });
  await pass(52_000);
  expect([phases, device.peers.length, peer?.restarts]).toEqual([["active"], 1, 1]);
  expect(peer?.gatheredWith.at(-1)?.iceServers?.at(-1)?.urls).toEqual(["turn:other.example:3478"]);
  device.close();
});

test("a renewal in the middle of an ICE restart is used by it, and the call comes back", async () => {
  const device = deviceOf("ann");
  credentialsFor(device, 600);
  await device.talk();
  await pass(480_000 - 2_500 - 6_000);
  device.network.up = false;
  // Disconnected after 3 s, ICE again after 2 more, new credentials another second later.
  await pass(7_000);
  expect(device.state.phase).toBe("reconnecting");
  expect(device.server.count("call:turn-credentials")).toBe(2);
  device.network.up = true;
  await pass(5_000);
  expect(device.state.phase).toBe("active");
  const live = device.peers.findLast((one) => !one.closed);
  expect(gatheredUntil(live) - Date.now()).toBeGreaterThan(500_000);
  expect(device.network.open).toBe(2);
  device.close();
});

test("relays only, and the credentials have run out: it is said, and new ones bring the call back", async () => {
  const device = deviceOf("ann");
  device.client.setIceTransportPolicy("relay");
  credentialsFor(device, 60);
  await device.talk();
  for (const one of device.peers) one.relayed = true;
  device.server.answers.set("call:turn-credentials", () => UNAVAILABLE);
  await pass(60_000);
  expect(notices(device)).toEqual([["turn-unavailable", "TurnExpired"]]);
  // The relay lets go of the allocation.
  device.network.up = false;
  await pass(6_000);
  expect(device.state.phase).toBe("reconnecting");
  device.network.up = true;
  credentialsFor(device, 60);
  await pass(20_000);
  expect([device.state.phase, notices(device)]).toEqual(["active", []]);
  const live = device.peers.findLast((one) => !one.closed);
  expect(live?.configuration.iceTransportPolicy).toBe("relay");
  expect(expiryOf(live?.configuration)).toBeGreaterThan(Date.now());
  device.close();
});

test("relays only holds for the next call, and until it is taken back", async () => {
  const device = deviceOf("ann");
  device.client.setIceTransportPolicy("relay");
  await device.talk();
  expect(policies(device)).toEqual(["relay"]);
  await device.act({ type: "leave" });
  device.client.setIceTransportPolicy(null);
  device.server.call = null;
  await device.talk();
  expect(policies(device)).toEqual(["relay", "all"]);
  device.close();
});

test("relays only is taken over by a running call, on a connection that never had another way", async () => {
  const device = deviceOf("ann");
  await device.talk();
  const phases = phasesOf(device);
  device.client.setIceTransportPolicy("relay");
  await pass(2_000);
  expect(device.peers.map((one) => [one.closed, one.gatheredWith.map(policyOf)])).toEqual([
    [true, ["all"]],
    [false, ["relay"]],
  ]);
  expect(device.peers[1]?.connectionState).toBe("connected");
  device.client.setIceTransportPolicy(null);
  await pass(20_000);
  expect(device.peers[1]?.gatheredWith.map(policyOf)).toEqual(["relay", "all"]);
  expect([phases, device.peers.length]).toEqual([["active"], 2]);
  device.close();
});

test("relays only without a relay is said before anything fails", async () => {
  const device = deviceOf("ann");
  device.client.setIceTransportPolicy("relay");
  device.server.answers.set("call:turn-credentials", () => NONE);
  device.client.start({ conversationId: "conversation", type: "audio" });
  await pass(100);
  expect(notices(device)).toEqual([["turn-unavailable", "RelayUnavailable"]]);
  device.client.setIceTransportPolicy(null);
  expect(notices(device), "the way out").toEqual([]);
  device.close();
});

test("relays only leaves a running call as it is while there is no relay, and changes it over when there is", async () => {
  const device = deviceOf("ann");
  device.server.answers.set("call:turn-credentials", () => UNAVAILABLE);
  await device.talk();
  const phases = phasesOf(device);
  device.client.setIceTransportPolicy("relay");
  await pass(1_000);
  expect(notices(device)).toEqual([["turn-unavailable", "RelayUnavailable"]]);
  expect(device.peers[0]?.restarts).toBe(0);
  credentialsFor(device, 600);
  await pass(15_000);
  expect(notices(device)).toEqual([]);
  expect(device.peers.map((one) => [one.closed, one.gatheredWith.map(policyOf)])).toEqual([
    [true, ["all"]],
    [false, ["relay"]],
  ]);
  expect(phases).toEqual(["active"]);
  device.close();
});

test("the path is reported with the quality, and another one as soon as it is measured", async () => {
  const device = deviceOf("ann");
  await device.talk();
  await pass(6_000);
  expect(device.server.last("call:quality")).toMatchObject({
    grade: "good",
    path: { kind: "direct", protocol: "udp" },
  });
  const before = device.server.count("call:quality");
  for (const one of device.peers) one.relayed = true;
  await pass(3_100);
  expect(device.server.count("call:quality")).toBe(before + 1);
  expect(device.server.last("call:quality")).toMatchObject({
    grade: "good",
    path: { kind: "relay", protocol: "udp" },
  });
  device.close();
});
