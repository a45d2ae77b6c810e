// Who speaks: loudness over time.

import { describe, expect, it } from "vitest";
import {
  type Floor,
  followSpeakers,
  heard,
  QUIET_FLOOR,
  SILENT,
  SPEAKER_DWELL_MS,
  takeFloor,
  type Voice,
} from "../../src/stage/speaking.js";

/** A voice after measurements a tenth of a second apart. */
function after(levels: readonly number[], from: Voice = SILENT): Voice {
  return levels.reduce((voice, level, index) => heard(voice, level, index * 100), from);
}

describe("a voice", () => {
  it("does not count before it lasted 120 ms", () => {
    expect(after([0.5, 0.5]).speaking).toBe(false);
    expect(after([0.5, 0.5, 0.5]).speaking).toBe(true);
  });

  it("does not count when it is only a cough", () => {
    expect(after([0.9, 0, 0, 0.9, 0]).speaking).toBe(false);
  });

  it("goes on over pauses shorter than 600 ms and ends after", () => {
    const talk = [0.5, 0.5, 0.5];
    expect(after([...talk, 0, 0, 0, 0, 0]).speaking).toBe(true);
    expect(after([...talk, 0, 0, 0, 0, 0, 0]).speaking).toBe(false);
  });

  it("is the same object while it stays silent", () => {
    expect(after([0, 0.01])).toBe(SILENT);
  });
});

describe("the floor", () => {
  const ann: Floor = takeFloor(QUIET_FLOOR, "ann", false, 1000);

  it("goes to the first who speaks", () => {
    expect(ann).toMatchObject({ speaker: "ann", sinceMs: 1000 });
  });

  it("is not taken from somebody who still speaks", () => {
    expect(takeFloor(ann, "bob", true, 60_000)).toBe(ann);
  });

  it("is not taken within a second and a half", () => {
    expect(takeFloor(ann, "bob", false, 2499)).toBe(ann);
    expect(takeFloor(ann, "bob", false, 2500).speaker).toBe("bob");
  });

  it("does not change while its holder goes on", () => {
    expect(takeFloor(ann, "ann", true, 9000)).toBe(ann);
  });
});

describe("the floor as the server hears it", () => {
  const { floor: bob } = followSpeakers(QUIET_FLOOR, ["bob", "cid"], 1000);

  it("goes to the loudest", () => {
    expect(bob.speaker).toBe("bob");
  });

  it("stays with whoever is on the list still, and with the last one when nobody is", () => {
    expect(followSpeakers(bob, ["cid", "bob"], 60_000).floor).toBe(bob);
    expect(followSpeakers(bob, [], 60_000)).toEqual({ floor: bob, againInMs: null });
  });

  it("asks to be asked again when somebody waits for it", () => {
    expect(followSpeakers(bob, ["cid"], 1500)).toEqual({ floor: bob, againInMs: SPEAKER_DWELL_MS - 500 });
    expect(followSpeakers(bob, ["cid"], 1000 + SPEAKER_DWELL_MS).floor.speaker).toBe("cid");
  });
});
