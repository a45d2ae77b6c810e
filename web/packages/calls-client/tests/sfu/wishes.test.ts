// What a device asks the server for follows from what is on its screen.

import { expect, test } from "vitest";
import { changesIn, hiddenAfter, type Shower, type WishSources, wishes } from "../../src/sfu/wishes.js";
import type { ShownTile } from "../../src/state.js";

const ON = { audioEnabled: true, videoEnabled: true, screenSharing: false };
const person = (userId: string, fields: Partial<typeof ON> = {}): Shower => ({
  userId,
  mediaState: { ...ON, ...fields },
});
const camera = (userId: string, width = 640, height = 352): ShownTile => ({
  userId,
  source: "camera",
  width,
  height,
});

function asked(sources: Partial<WishSources>): string[] {
  const all = wishes({
    tiles: null,
    hidden: new Map(),
    others: [person("bob"), person("cleo")],
    choice: "auto",
    places: 9,
    nowMs: 10_000,
    ...sources,
  });
  return all.map(
    (one) => `${one.userId} ${one.source} ${one.width}x${one.height}${one.pinned ? " pinned" : ""}`,
  );
}

test("nobody who is not on the screen is asked for, and the first tile comes first", () => {
  expect(asked({ tiles: [camera("cleo", 1280, 720), camera("bob")] })).toEqual([
    "cleo camera 1280x720",
    "bob camera 640x352",
  ]);
  expect(asked({ tiles: [] })).toEqual([]);
});

test("cameras that are off and people who are gone take no place", () => {
  const tiles = [camera("bob"), camera("cleo"), camera("dora")];
  expect(asked({ tiles, others: [person("bob", { videoEnabled: false }), person("cleo")] })).toEqual([
    "cleo camera 640x352",
  ]);
});

test("a shared screen brings its sound, whether it is looked at or not", () => {
  const others = [person("bob", { screenSharing: true })];
  const screen = { userId: "bob", source: "screen", width: 1920, height: 1080, pinned: true } as const;
  expect(asked({ tiles: [screen], others })).toEqual(["bob screen 1920x1088 pinned", "bob screen-audio 1x1"]);
  expect(asked({ tiles: [], others })).toEqual(["bob screen-audio 1x1"]);
  expect(asked({ tiles: [screen], others, choice: "audio-only" })).toEqual(["bob screen-audio 1x1"]);
});

test("a choice makes cameras smaller, and leaves screens readable", () => {
  const others = [person("bob", { screenSharing: true })];
  const tiles = [
    camera("bob", 1280, 720),
    { userId: "bob", source: "screen", width: 1280, height: 720 } as const,
  ];
  expect(asked({ tiles, others, choice: "240p" }).slice(0, 2)).toEqual([
    "bob camera 432x240",
    "bob screen 1280x720",
  ]);
});

test("what goes off the screen comes for two seconds more, then keeps its place without a picture", () => {
  const hidden = hiddenAfter(new Map(), [camera("bob"), camera("cleo")], [camera("cleo")], 10_000);
  expect(changesIn(hidden, 10_500)).toBe(1_500);
  const tiles = [camera("cleo")];
  expect(asked({ tiles, hidden, nowMs: 11_999 })).toEqual(["cleo camera 640x352", "bob camera 640x352"]);
  expect(asked({ tiles, hidden, nowMs: 12_000 })).toEqual(["cleo camera 640x352", "bob camera 0x0"]);
  expect(changesIn(hidden, 12_000)).toBeNull();
  expect(asked({ tiles, hidden, nowMs: 12_000, places: 1 }), "others need the place").toEqual([
    "cleo camera 640x352",
  ]);
  const shown = hiddenAfter(hidden, tiles, [camera("bob")], 13_000);
  expect([...shown.keys()]).toEqual(["camera cleo"]);
});

test("a tile without a size yet is wanted all the same, and the list is never longer than the server takes", () => {
  expect(asked({ tiles: [camera("bob", 0, 0)] })).toEqual(["bob camera 16x16"]);
  const others = Array.from({ length: 120 }, (_, index) => person(`p${index}`));
  expect(asked({ others })).toHaveLength(100);
});
