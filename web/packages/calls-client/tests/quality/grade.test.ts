// The founding bands edge by edge, and how slowly a grade follows its samples.

import { describe, expect, test } from "vitest";
import {
  type GradeInput,
  type GradeState,
  gradeSample,
  gradeStep,
  newGrade,
  worstQuality,
} from "../../src/quality/index.js";
import type { Quality } from "../../src/state.js";
import { seeded } from "../seeded.js";

const GOOD: GradeInput = { rttMs: 40, lossPercent: 0, availableKbps: 2000, wantedKbps: 1500 };
const FAIR: GradeInput = { ...GOOD, rttMs: 200 };
const POOR: GradeInput = { ...GOOD, lossPercent: 9 };
const NOTHING: GradeInput = { rttMs: null, lossPercent: null, availableKbps: null, wantedKbps: null };

describe("the band of a sample", () => {
  test.each([
    [99, "good"],
    [100, "fair"],
    [300, "fair"],
    [301, "poor"],
  ] as const)("round trip of %d ms is %s", (rttMs, grade) => {
    expect(gradeSample({ ...GOOD, rttMs })).toEqual(of(grade, "rtt"));
  });

  test.each([
    [1.9, "good"],
    [2, "fair"],
    [5, "fair"],
    [5.1, "poor"],
  ] as const)("loss of %d %% is %s", (lossPercent, grade) => {
    expect(gradeSample({ ...GOOD, lossPercent })).toEqual(of(grade, "loss"));
  });

  test.each([
    [501, "good"],
    [500, "fair"],
    [200, "fair"],
    [199, "poor"],
  ] as const)("%d kbit/s available is %s", (availableKbps, grade) => {
    expect(gradeSample({ ...GOOD, availableKbps })).toEqual(of(grade, "bitrate"));
  });

  test("bit rate does not count without a picture", () => {
    expect(gradeSample({ ...GOOD, availableKbps: 60, wantedKbps: null })).toEqual(of("good", "bitrate"));
  });

  test("bit rate does not count when there is as much as is wanted", () => {
    expect(gradeSample({ ...GOOD, availableKbps: 300, wantedKbps: 300 })).toEqual(of("good", "bitrate"));
    expect(gradeSample({ ...GOOD, availableKbps: 300, wantedKbps: 301 })).toEqual(of("fair", "bitrate"));
  });

  test("the worst of the three decides, and is the cause", () => {
    expect(gradeSample({ ...GOOD, rttMs: 200, lossPercent: 6, availableKbps: 400 })).toEqual(
      of("poor", "loss"),
    );
    expect(gradeSample({ ...GOOD, rttMs: 400, lossPercent: 3, availableKbps: 400 })).toEqual(
      of("poor", "rtt"),
    );
    expect(gradeSample({ ...GOOD, rttMs: 400, lossPercent: 6, availableKbps: 90 })).toEqual(
      of("poor", "bitrate"),
    );
    expect(gradeSample({ ...GOOD, rttMs: 400, lossPercent: 6 })).toEqual(of("poor", "loss"));
  });

  test("what is not known does not count", () => {
    expect(gradeSample({ ...NOTHING, rttMs: 150 })).toEqual(of("fair", "rtt"));
    expect(gradeSample({ ...NOTHING, wantedKbps: 500 })).toBeNull();
  });
});

describe("the grade that is shown", () => {
  test("is none before something was measured, then good", () => {
    expect(grades(NOTHING, GOOD)).toEqual([undefined, "good"]);
  });

  test("falls with the second bad sample, the first ones included", () => {
    expect(grades(POOR, POOR)).toEqual(["good", "poor"]);
    expect(grades(GOOD, GOOD, GOOD, FAIR, FAIR)).toEqual(["good", "good", "good", "good", "fair"]);
  });

  test("rises with the third better sample", () => {
    expect(grades(POOR, POOR, GOOD, GOOD, GOOD).slice(1)).toEqual(["poor", "poor", "poor", "good"]);
  });

  test("falls and rises only as far as all the samples say", () => {
    expect(grades(FAIR, POOR).at(-1)).toBe("fair");
    expect(grades(FAIR, POOR, POOR).at(-1)).toBe("poor");
    expect(grades(POOR, POOR, GOOD, FAIR, GOOD).at(-1)).toBe("fair");
  });

  test("stays when bad samples come one at a time", () => {
    expect(new Set(grades(GOOD, POOR, GOOD, POOR, GOOD, FAIR, GOOD))).toEqual(new Set(["good"]));
  });

  test("stays poor when good samples come two at a time", () => {
    expect(new Set(grades(POOR, POOR, GOOD, GOOD, POOR, GOOD, GOOD, POOR).slice(1))).toEqual(
      new Set(["poor"]),
    );
  });

  test("a sample that measured nothing neither helps nor harms", () => {
    expect(grades(POOR, NOTHING, POOR).at(-1)).toBe("poor");
    const shown = steps(POOR, POOR);
    expect(gradeStep(shown, NOTHING)).toBe(shown);
  });

  test("names the cause of the grade, and the new one when it changes", () => {
    const lossy = steps(POOR, POOR);
    expect(lossy.quality).toEqual({ grade: "poor", cause: "loss" });
    const far = gradeStep(lossy, { ...GOOD, rttMs: 500 });
    expect(far.quality).toEqual({ grade: "poor", cause: "rtt" });
    expect(gradeStep(far, GOOD).quality).toEqual({ grade: "poor", cause: "rtt" });
    expect(steps(POOR, POOR, GOOD, GOOD, GOOD).quality).toEqual({ grade: "good", cause: null });
  });

  test("names the cause of the milder sample when it falls to that", () => {
    expect(steps(FAIR, POOR).quality).toEqual({ grade: "fair", cause: "rtt" });
  });

  test("is the same object while it says the same", () => {
    const shown = steps(FAIR, FAIR);
    expect(gradeStep(shown, FAIR).quality).toBe(shown.quality);
  });

  test.each([1, 2, 3])("never changes sooner than three samples after a rise, seed %i", (seed) => {
    const random = seeded(seed);
    const noise = Array.from({ length: 2_000 }, () => ({ ...GOOD, rttMs: 40 + random() * 320 }));
    const shown = grades(...noise);
    const rises = shown.flatMap((grade, index) =>
      index > 0 && better(grade, shown[index - 1]) ? [index] : [],
    );
    expect(rises.length).toBeGreaterThan(0);
    for (const index of rises) {
      const three = noise.slice(index - 2, index + 1).map((one) => gradeSample(one)?.grade);
      expect(three.every((one) => better(one, shown[index - 1]))).toBe(true);
    }
  });
});

test("of several connections the worst counts, unknown ones do not", () => {
  const fair: Quality = { grade: "fair", cause: "rtt" };
  expect(worstQuality([null, { grade: "good", cause: null }, fair])).toBe(fair);
  expect(worstQuality([null])).toBeNull();
  expect(worstQuality([])).toBeNull();
});

function of(grade: Quality["grade"], cause: Quality["cause"]): Quality {
  return { grade, cause: grade === "good" ? null : cause };
}

function steps(...samples: GradeInput[]): GradeState {
  return samples.reduce(gradeStep, newGrade());
}

function grades(...samples: GradeInput[]): (string | undefined)[] {
  let state = newGrade();
  return samples.map((sample) => {
    state = gradeStep(state, sample);
    return state.quality?.grade;
  });
}

function better(one: string | undefined, other: string | undefined): boolean {
  const order = ["poor", "fair", "good"];
  return order.indexOf(one ?? "") > order.indexOf(other ?? "");
}
