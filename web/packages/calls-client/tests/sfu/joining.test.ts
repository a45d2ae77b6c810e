// In which order somebody who joins connects: to see and hear the others comes first.

import { expect, test } from "vitest";
import { type Device, pass, useFakeTime } from "../session/device.js";
import { untilReady } from "./fakeSfu.js";
import { inTheRoom, joining } from "./gathering.js";

useFakeTime();

/** What the device told the server's media, in its order. */
const told = (device: Device) =>
  device.server.asked
    .filter(({ payload }) => payload.targetUserId === "sfu" || payload.leg === "sfu")
    .filter(({ name }) => name !== "call:ice-candidate")
    .map(({ name, payload }) => `${name} ${payload.transport}`);

test("what is received is negotiated first, and what is sent after it", async () => {
  const { device, sfu } = await joining("sfu");
  await untilReady(sfu);
  expect(told(device)).toEqual([
    "call:transport-state subscriber",
    "call:answer subscriber",
    "call:offer publisher",
  ]);
  expect(device.state.phase).toBe("active");
  device.close();
});

test("a server that waits for an offer gets one soon", async () => {
  const { device, sfu } = await joining("sfu", (one) => {
    one.waits = true;
  });
  await untilReady(sfu);
  expect(told(device)).toEqual([
    "call:transport-state subscriber",
    "call:offer publisher",
    "call:answer subscriber",
  ]);
  expect(device.state.phase).toBe("active");
  device.close();
});

test("who leaves before the server has offered sends nothing more", async () => {
  const { device, sfu } = await joining("sfu", (one) => {
    one.silent = true;
  });
  await device.act({ type: "leave" });
  await pass(1_000);
  expect(sfu.offers).toBe(0);
  device.close();
});

test("connections that are made anew are offered at once, without asking again", async () => {
  const { device, sfu } = await inTheRoom();
  sfu.sayGoodbye();
  await untilReady(sfu);
  const asked = told(device).filter((one) => one === "call:transport-state subscriber");
  expect([asked.length, told(device).at(-1)]).toEqual([1, "call:answer subscriber"]);
  device.close();
});
