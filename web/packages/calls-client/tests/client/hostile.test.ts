// Whatever comes over the socket: nobody is heard or seen who did not click, and a call that runs goes on.

import { afterEach, beforeEach, expect, test } from "vitest";
import { rest } from "../peer/virtualClock.js";
import { seeded } from "../seeded.js";
import { type Device, deviceOf, pass, useFakeTime } from "../session/device.js";
import { hostileSequence } from "./hostileEvents.js";

/** Sequences against somebody who never clicks. */
const SEQUENCES = 1_000;

/** Of which so many are lived by one device, one after the other. */
const OF_ONE_DEVICE = 25;

const CALLS = ["call", "other"];

/** Sequences against a call that runs. */
const DURING_A_CALL = 150;

useFakeTime();

const escaped: unknown[] = [];
const noted = (reason: unknown): void => {
  escaped.push(reason);
};
beforeEach(() => {
  escaped.length = 0;
  process.on("unhandledRejection", noted);
  process.on("uncaughtException", noted);
});
afterEach(() => {
  process.off("unhandledRejection", noted);
  process.off("uncaughtException", noted);
});

/** What is wrong with somebody who only listened; null when nothing is. */
function exposed({ browser, client, peers, server }: Device): string | null {
  const { requests, screenRequests } = browser.devices;
  if (peers.length > 0) return "a connection was made";
  if (requests.length + screenRequests.length > 0) return "a device was asked for";
  if (client.session.get().current !== null) return "there is a call";
  if (server.asked.some(({ name }) => name !== "auth:whoami")) return "the server was told something";
  const { rings } = client.store.get();
  if (rings.some(({ callId, callerName }) => typeof callId !== "string" || typeof callerName !== "string")) {
    return "a ring that cannot be shown";
  }
  if (rings.some(({ callerId }) => callerId === "bob")) return "an own call rings";
  return new Set(rings.map(({ callId }) => callId)).size < rings.length ? "a call rings twice" : null;
}

test("who never clicks makes no connection and opens no device, whatever the server sends", async () => {
  const problems: string[] = [];
  let rung = 0;
  for (let seed = 1; seed <= SEQUENCES; ) {
    const device = deviceOf("bob");
    await pass(10);
    for (const last = seed + OF_ONE_DEVICE; seed < last; seed += 1) {
      const random = seeded(seed);
      if (random() < 0.5) device.server.callFrom("ann");
      for (const { name, payload } of hostileSequence(random, CALLS, ["ann", "bob", "mallory"])) {
        device.server.tell(name, payload);
      }
      await rest();
      const problem = exposed(device);
      if (problem !== null) problems.push(`${problem}, seed ${seed}`);
      rung += device.client.store.get().rings.length;
    }
    device.client.dispose();
  }
  expect(problems).toEqual([]);
  expect(escaped).toEqual([]);
  expect(rung, "nothing was understood at all").toBeGreaterThan(SEQUENCES / 10);
}, 60_000);

test("a call survives whatever is said of other calls and by people who are not in it", async () => {
  const device = deviceOf("ann");
  await device.talk();
  for (let seed = 1; seed <= DURING_A_CALL; seed += 1) {
    const random = seeded(seed);
    for (const { name, payload } of hostileSequence(
      random,
      ["other", "another"],
      ["ann", "bob", "mallory"],
    )) {
      device.server.tell(name, payload);
    }
    for (const { name, payload } of hostileSequence(random, ["call"], ["mallory"])) {
      if (/offer|answer|candidate|quality/.test(name)) device.server.tell(name, payload);
    }
    await rest();
    if (device.state.phase !== "active") throw new Error(`the call is ${device.state.phase}, seed ${seed}`);
  }
  await pass(5_000);
  expect([device.peers.length, device.live, device.browser.devices.requests.length]).toEqual([1, 1, 1]);
  expect(escaped).toEqual([]);
  device.close();
}, 60_000);

test("a call survives signals in the name of the one who is in it", async () => {
  const device = deviceOf("ann");
  await device.talk();
  for (let seed = 1; seed <= 30; seed += 1) {
    for (const { name, payload } of hostileSequence(seeded(seed), ["call"], ["bob"])) {
      if (/offer|answer|candidate|quality/.test(name)) device.server.tell(name, payload);
    }
    await pass(200);
    expect(device.state.ended, `seed ${seed}`).toBeNull();
  }
  await pass(45_000);
  expect(device.state.phase).toBe("active");
  expect(device.network.open).toBe(2);
  expect(escaped).toEqual([]);
  device.close();
}, 60_000);
