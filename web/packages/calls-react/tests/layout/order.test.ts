// The order of tiles: nobody moves without need.

import { describe, expect, it } from "vitest";
import {
  type ArrangeInput,
  type Arrangement,
  arrange,
  bringSpeaker,
  type LayoutTile,
  orderTiles,
  swapTiles,
  UNARRANGED,
} from "../../src/layout/index.js";
import { seeded } from "./seeded.js";

const DESKTOP = { width: 1256, height: 620 } as const;

const people = (count: number): readonly LayoutTile[] =>
  Array.from({ length: count }, (_, index) => ({ id: `p${index}`, kind: "person", self: index === 0 }));

const arranged = (input: Partial<ArrangeInput>, before: Partial<Arrangement> = UNARRANGED): Arrangement =>
  arrange(
    {
      tiles: people(12),
      container: DESKTOP,
      mode: "grid",
      pins: [],
      page: 0,
      selfFloats: false,
      speaker: null,
      spokeAtMs: new Map(),
      ...input,
    },
    { ...UNARRANGED, ...before },
  );

const shown = ({ layout }: Arrangement): readonly string[] => layout.placements.map(({ id }) => id);

describe("the order of tiles", () => {
  it("keeps everybody's place when somebody joins in between", () => {
    expect(orderTiles({ previous: ["a", "c"], ids: ["a", "b", "c"] })).toEqual(["a", "c", "b"]);
  });

  it("closes up when somebody leaves", () => {
    expect(orderTiles({ previous: ["a", "b", "c"], ids: ["a", "c"] })).toEqual(["a", "c"]);
  });

  it("swaps a speaker out of sight with whoever in sight has been silent for longest", () => {
    const spokeAtMs = new Map([
      ["a", 30],
      ["b", 10],
      ["c", 20],
    ]);
    const order = ["a", "b", "c", "d", "e"];
    expect(bringSpeaker({ order, speaker: "e", givingWay: ["a", "b", "c"], spokeAtMs })).toEqual([
      "a",
      "e",
      "c",
      "d",
      "b",
    ]);
  });

  it("stays when nobody can give way", () => {
    const order = ["a", "b"];
    expect(bringSpeaker({ order, speaker: "b", givingWay: [], spokeAtMs: new Map() })).toBe(order);
    expect(swapTiles(order, "a", "gone")).toBe(order);
  });
});

describe("a speaker on another page", () => {
  it("comes to the first page in place of the one who is silent for longest, and nobody else moves", () => {
    const before = arranged({});
    const spokeAtMs = new Map(["p1", "p2", "p3", "p5", "p6", "p7", "p8"].map((id, at) => [id, at + 1]));
    const after = arranged({ speaker: "p10", spokeAtMs }, before);
    expect(shown(after)).toEqual(["p0", "p1", "p2", "p3", "p10", "p5", "p6", "p7", "p8"]);
    expect(after.order[10]).toBe("p4");
  });

  it("never takes the place of oneself, nor of a pinned tile", () => {
    const pins = ["p2"];
    const before = arranged({ pins });
    const spokeAtMs = new Map(["p1", "p3", "p4", "p5", "p6", "p7", "p8"].map((id, at) => [id, at + 1]));
    const after = arranged({ pins, speaker: "p11", spokeAtMs }, before);
    expect(shown(after)).toContain("p0");
    expect(shown(after)).toContain("p2");
    expect(shown(after)).not.toContain("p1");
    expect(shown(after)).toContain("p11");
  });

  it("stays where they are while that page is the one in sight, and comes when it is left", () => {
    const before = arranged({ page: 1 });
    const there = arranged({ page: 1, speaker: "p10" }, before);
    expect(there.order).toEqual(before.order);
    expect(shown(arranged({ page: 0, speaker: "p10" }, there))).toContain("p10");
  });

  it("changes nothing while in sight", () => {
    const before = arranged({});
    expect(arranged({ speaker: "p4" }, before).order).toEqual(before.order);
  });

  it("comes into the strip beside a shared screen, which stays large", () => {
    const tiles: readonly LayoutTile[] = [...people(12), { id: "s", kind: "screen", self: false }];
    const before = arranged({ tiles, mode: "auto" });
    expect(shown(before)).not.toContain("p11");
    const after = arranged({ tiles, mode: "auto", speaker: "p11" }, before);
    expect(shown(after)).toContain("p11");
    expect(after.large).toBe("s");
  });
});

describe("in the speaker layout", () => {
  it("the new large tile and the former one change places", () => {
    const before = arranged({ tiles: people(4), mode: "speaker", speaker: "p1" });
    expect(before.large).toBe("p1");
    const after = arranged({ tiles: people(4), mode: "speaker", speaker: "p3" }, before);
    expect(after.large).toBe("p3");
    expect(after.order).toEqual(["p0", "p3", "p2", "p1"]);
  });
});

describe("whoever speaks", () => {
  it("at most two tiles change places, and nobody is lost", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = seeded(seed);
      const tiles = people(2 + Math.floor(random() * 18));
      const pick = (): string => tiles[Math.floor(random() * tiles.length)]?.id ?? "p0";
      const mode = (["auto", "grid", "speaker", "stage", "audio-only"] as const)[Math.floor(random() * 5)];
      const wish: Partial<ArrangeInput> = {
        tiles,
        mode: mode ?? "auto",
        container: { width: 320 + Math.floor(random() * 1200), height: 300 + Math.floor(random() * 600) },
        page: Math.floor(random() * 3),
        pins: tiles.filter(() => random() < 0.1).map(({ id }) => id),
        spokeAtMs: new Map(tiles.map(({ id }) => [id, random()])),
      };
      const before = arranged({ ...wish, speaker: pick() });
      const after = arranged({ ...wish, speaker: pick() }, before);
      expect([...after.order].sort(), `seed ${seed}`).toEqual(tiles.map(({ id }) => id).sort());
      const moved = after.order.filter((id, index) => id !== before.order[index]);
      expect(moved.length, `seed ${seed}`).toBeLessThanOrEqual(2);
    }
  });
});
