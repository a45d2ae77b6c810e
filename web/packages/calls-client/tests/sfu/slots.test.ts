// Slots: the newest word counts, and a picture is somebody's when it has arrived after that word.

import { expect, test } from "vitest";
import { type Arrival, isAwaited, noSlots, type Slot, takeSlots, watchArrival } from "../../src/sfu/slots.js";

const slot = (userId: string, fields: Partial<Slot> = {}): Slot => ({
  mid: "5",
  kind: "video",
  userId,
  source: "camera",
  paused: null,
  ...fields,
});

test("an older word than the last changes nothing", () => {
  const told = takeSlots(noSlots(), { callId: "call", rev: 7, slots: [slot("bob")] });
  expect(takeSlots(told, { callId: "call", rev: 6, slots: [] })).toBe(told);
  expect(takeSlots(told, { callId: "call", rev: 7, slots: [] })).toBe(told);
  expect(takeSlots(told, { callId: "call", rev: 8, slots: [] }).slots).toEqual([]);
});

/** Looks at a slot again and again: at these times, with these packets. */
function watched(
  before: Arrival | undefined,
  of: Slot,
  looks: readonly (readonly [number, number | null])[],
) {
  return looks.reduce<Arrival | undefined>((so, [ms, packet]) => watchArrival(so, of, packet, ms), before);
}

test("on a section that nothing had come on the first packet is the person's", () => {
  const told = watched(undefined, slot("bob"), [[0, null]]);
  expect(told?.arrived).toBe(false);
  expect(watched(told, slot("bob"), [[20, 3_000]])?.arrived).toBe(true);
});

test("a picture is awaited on a section that nothing had come on, while it is not paused", () => {
  const bob = watched(undefined, slot("bob"), [[0, null]]);
  expect(isAwaited(bob, slot("bob"))).toBe(true);
  expect(isAwaited(bob, slot("bob", { paused: "bandwidth" }))).toBe(false);
  expect(isAwaited(watched(bob, slot("cleo"), [[1_000, 90_000]]), slot("cleo")), "Bob's may come").toBe(
    false,
  );
  expect(isAwaited(undefined, slot("bob")), "not looked at yet").toBe(false);
});

test("on a section that showed nobody before a packet that was faster than the server's word is the person's", () => {
  const bob = watchArrival(undefined, slot("bob"), 3_000, 0, true);
  expect(bob.arrived).toBe(true);
  const quiet = watchArrival(undefined, slot("bob"), null, 0, true);
  expect([quiet.arrived, isAwaited(quiet, slot("bob"))]).toEqual([false, true]);
  expect(watchArrival(undefined, slot("bob"), 3_000, 0).arrived, "somebody else's, perhaps").toBe(false);
});

test("packets that are still on their way from whom the section showed before do not count", () => {
  const bob = watched(undefined, slot("bob"), [
    [0, null],
    [20, 3_000],
  ]);
  const cleo = watched(bob, slot("cleo"), [
    [1_000, 90_000],
    [1_040, 93_000],
    [1_080, 96_000],
  ]);
  expect(cleo?.arrived).toBe(false);
  expect(watched(cleo, slot("cleo"), [[1_200, 96_000]])?.arrived, "nothing new since").toBe(false);
  expect(watched(cleo, slot("cleo"), [[1_200, 99_000]])?.arrived).toBe(true);
});

test("what has arrived stays, also while it is paused", () => {
  const arrived = watched(undefined, slot("bob"), [
    [0, null],
    [20, 3_000],
  ]);
  expect(watched(arrived, slot("bob", { paused: "bandwidth" }), [[9_000, 3_000]])?.arrived).toBe(true);
});

test("in a browser that tells of no packets the server's word is enough after a second", () => {
  const told = watched(undefined, slot("bob"), [[0, null]]);
  expect(watched(told, slot("bob"), [[900, null]])?.arrived).toBe(false);
  expect(watched(told, slot("bob"), [[1_000, null]])?.arrived).toBe(true);
  expect(watched(told, slot("bob", { paused: "sender" }), [[1_000, null]])?.arrived).toBe(false);
});
