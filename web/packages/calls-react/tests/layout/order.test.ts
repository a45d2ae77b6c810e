// The order of tiles: nobody moves without need.

import { describe, expect, it } from "vitest";
import { type OrderInput, orderTiles } from "../../src/layout/index.js";
import { seeded } from "./seeded.js";

function ordered(input: Partial<OrderInput>): readonly string[] {
  return orderTiles({
    previous: [],
    ids: [],
    speaker: null,
    spokeAtMs: new Map(),
    seen: 9,
    formerSpeaker: null,
    ...input,
  });
}

describe("the order of tiles", () => {
  it("keeps everybody's place when somebody joins in between", () => {
    expect(ordered({ previous: ["a", "c"], ids: ["a", "b", "c"] })).toEqual(["a", "c", "b"]);
  });

  it("closes up when somebody leaves", () => {
    expect(ordered({ previous: ["a", "b", "c"], ids: ["a", "c"] })).toEqual(["a", "c"]);
  });

  it("leaves a speaker in sight where they are", () => {
    expect(ordered({ previous: ["a", "b"], ids: ["a", "b"], speaker: "b" })).toEqual(["a", "b"]);
  });

  it("swaps a speaker out of sight with whoever in sight has been silent for longest", () => {
    const spokeAtMs = new Map([
      ["a", 30],
      ["b", 10],
      ["c", 20],
    ]);
    const ids = ["a", "b", "c", "d", "e"];
    expect(ordered({ previous: ids, ids, speaker: "e", seen: 3, spokeAtMs })).toEqual([
      "a",
      "e",
      "c",
      "d",
      "b",
    ]);
  });

  it("swaps the new large tile with the former one", () => {
    const ids = ["a", "b", "c"];
    expect(ordered({ previous: ids, ids, speaker: "c", formerSpeaker: "a" })).toEqual(["c", "b", "a"]);
  });

  it("changes at most two places, whoever speaks", () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = seeded(seed);
      const ids = Array.from({ length: 2 + Math.floor(random() * 18) }, (_, index) => `p${index}`);
      const pick = (): string | null => ids[Math.floor(random() * ids.length)] ?? null;
      const next = ordered({
        previous: ids,
        ids,
        speaker: pick(),
        seen: 1 + Math.floor(random() * 9),
        formerSpeaker: random() < 0.5 ? pick() : null,
        spokeAtMs: new Map(ids.map((id) => [id, random()])),
      });
      expect([...next].sort(), `seed ${seed}`).toEqual([...ids].sort());
      expect(next.filter((id, index) => id !== ids[index]).length, `seed ${seed}`).toBeLessThanOrEqual(2);
    }
  });
});
