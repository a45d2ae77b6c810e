// Reactions as values: which are known, how others are shown, where they float.

import { describe, expect, it } from "vitest";
import { knownReaction, laneOf, REACTIONS, shortReaction } from "../../src/reactions/reactions.js";

describe("a reaction", () => {
  it("that is offered fits into what the server takes: 1 to 32 bytes without control characters", () => {
    for (const { reaction } of REACTIONS) {
      const bytes = new TextEncoder().encode(reaction).length;
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThanOrEqual(32);
      expect(reaction).not.toMatch(/\p{Cc}/u);
    }
  });

  it("is the same with and without the sign that asks for colour", () => {
    expect(knownReaction("\u2764")?.label).toBe("reaction.is.heart");
    expect(knownReaction("\u2764\ufe0f")?.label).toBe("reaction.is.heart");
    expect(knownReaction("\u{1f60e}")).toBeNull();
  });

  it("of somebody else's making is cut between characters, not within one", () => {
    const family = "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}";
    expect(shortReaction(family)).toBe(family);
    expect(shortReaction("abcdefghijklmnop")).toBe("abcdefghijkl");
  });

  it("floats where its id says, and ids that follow each other do not float on top of each other", () => {
    const lanes = Array.from({ length: 50 }, (_, index) => laneOf(`reaction-${index}`));
    expect(laneOf("reaction-7")).toBe(lanes[7]);
    for (const lane of lanes) {
      expect(lane).toBeGreaterThanOrEqual(0);
      expect(lane).toBeLessThan(1);
    }
    const fifths = new Set(lanes.map((lane) => Math.floor(lane * 5)));
    expect(fifths.size).toBe(5);
    const near = lanes.filter((lane, index) => index > 0 && Math.abs(lane - (lanes[index - 1] ?? 0)) < 0.05);
    expect(near.length).toBeLessThan(15);
  });
});
