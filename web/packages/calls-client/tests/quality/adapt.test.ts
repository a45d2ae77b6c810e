// What is set on the senders: follows the link, keeps the ranges, does not flap.

import { describe, expect, test } from "vitest";
import {
  type Adaptation,
  type AdaptInput,
  adapt,
  newAdaptation,
  type Targets,
  wantedKbps,
} from "../../src/quality/index.js";
import { seeded } from "../seeded.js";
import { linkStats } from "./linkStats.js";
import { type Browser, simulate } from "./squeezedLink.js";

describe("the picture follows what is available", () => {
  test.each([
    [2400, { lines: 720, videoPaused: false }],
    [900, { lines: 720, videoPaused: false }],
    [899, { lines: 480, videoPaused: false }],
    [350, { lines: 480, videoPaused: false }],
    [349, { lines: 240, videoPaused: false }],
    [100, { lines: 240, videoPaused: false }],
    [99, { videoPaused: true, pausedByLink: true }],
  ])("with %i kbit/s", (availableKbps, expected) => {
    expect(settled(full(availableKbps))).toMatchObject(expected);
  });

  test.each([
    [1099, 480],
    [1100, 720],
  ])("from 480 lines with %i kbit/s it comes to %i", (availableKbps, lines) => {
    const low = repeat(newAdaptation(), full(600), 10);
    expect(low.targets.lines).toBe(480);
    expect(repeat(low, full(availableKbps), 40).targets.lines).toBe(lines);
  });

  test.each([
    [499, 240],
    [500, 480],
  ])("from 240 lines with %i kbit/s it comes to %i", (availableKbps, lines) => {
    const low = repeat(newAdaptation(), full(200), 10);
    expect(low.targets.lines).toBe(240);
    expect(repeat(low, full(availableKbps), 40).targets.lines).toBe(lines);
  });

  test("goes down with the second bad sample, up with the fourth good one", () => {
    const down = history(newAdaptation(), [full(600), full(600), full(600)]);
    expect(down.map((one) => one.lines)).toEqual([720, 480, 480]);
    const up = history(repeat(newAdaptation(), full(600), 10), Array(5).fill(full(1500)));
    expect(up.map((one) => one.lines)).toEqual([480, 480, 480, 720, 720]);
  });

  test("one bad sample among good ones changes nothing", () => {
    const steady = repeat(newAdaptation(), full(2400), 40);
    const hiccup = history(steady, [full(300), full(2400), full(300), full(2400)]);
    expect(new Set(hiccup)).toEqual(new Set([steady.targets]));
  });

  test("falls no farther than both samples say", () => {
    expect(history(newAdaptation(), [full(200), full(600)]).at(-1)?.lines).toBe(480);
    expect(history(newAdaptation(), [full(600), full(200)]).at(-1)?.lines).toBe(480);
  });
});

describe("bit rates stay in the founding ranges", () => {
  test.each([
    [50, 32, 500],
    [500, 48, 500],
    [1000, 64, 800],
    [1200, 96, 800],
    [3000, 128, 2000],
  ])("with %i kbit/s sound has %i and the picture %i", (availableKbps, audioKbps, videoKbps) => {
    const targets = settled(full(availableKbps));
    expect(targets).toMatchObject({ audioKbps, videoKbps });
    expect(wantedKbps(targets, true)).toBe(audioKbps + videoKbps);
  });

  test("whatever is measured", () => {
    const random = seeded(7);
    let state = newAdaptation();
    for (let round = 0; round < 5_000; round += 1) {
      state = adapt(state, input({ stats: anything(random), videoWanted: random() < 0.8 }));
      const { audioKbps, videoKbps, lines } = state.targets;
      expect(audioKbps).toBeGreaterThanOrEqual(32);
      expect(audioKbps).toBeLessThanOrEqual(128);
      expect(videoKbps).toBeGreaterThanOrEqual(500);
      expect(videoKbps).toBeLessThanOrEqual(2000);
      expect([720, 480, 240]).toContain(lines);
    }
  });

  test("sound alone takes what it can have", () => {
    const alone = input({ stats: linkStats({ availableKbps: 300, videoKbps: 0 }), videoWanted: false });
    const targets = repeat(newAdaptation(), alone, 20).targets;
    expect(targets.audioKbps).toBe(96);
    expect(wantedKbps(targets, false)).toBeNull();
  });

  test("without a picture its steps rest, however little is said to be available", () => {
    const alone = full(80, { videoWanted: false });
    expect(repeat(newAdaptation(), alone, 20).targets).toMatchObject({
      lines: 720,
      videoKbps: 1250,
      videoPaused: false,
    });
  });
});

describe("what the person chose", () => {
  test.each([
    ["auto", 720, 2000],
    ["720p", 720, 2000],
    ["480p", 480, 1000],
    ["240p", 240, 500],
  ] as const)("%s sends at most %i lines and %i kbit/s", (choice, lines, videoKbps) => {
    const state = repeat(newAdaptation(), input({ choice }), 40);
    expect(state.targets).toMatchObject({ lines, videoKbps, videoPaused: false });
  });

  test("a choice holds at once, and ends at once", () => {
    const steady = repeat(newAdaptation(), input({}), 40);
    const less = adapt(steady, input({ choice: "240p" }));
    expect(less.targets.lines).toBe(240);
    expect(adapt(less, input({})).targets.lines).toBe(720);
  });

  test("sound only pauses the picture, and bit rate no longer counts for the grade", () => {
    const { targets } = adapt(newAdaptation(), input({ choice: "audio-only" }));
    expect(targets).toMatchObject({ videoPaused: true, pausedByLink: false });
    expect(wantedKbps(targets, true)).toBeNull();
  });

  test("a picture that the link pauses is still wanted", () => {
    const targets = settled(full(60));
    expect(targets).toMatchObject({ videoPaused: true, pausedByLink: true });
    expect(wantedKbps(targets, true)).toBe(532);
  });
});

test.each([
  [2400, 30],
  [600, 15],
  [200, 5],
])("a screen keeps its size and with %i kbit/s shows %i frames a second", (availableKbps, fps) => {
  expect(settled(full(availableKbps, { videoKind: "screen" }))).toMatchObject({ lines: 720, fps });
});

describe("VP8 instead of VP9", () => {
  const tired = input({ stats: linkStats({ limitedBy: "cpu" }) });

  test("after three samples in a row at the limit of the CPU, and then for good", () => {
    const seen = history(newAdaptation(), [tired, tired, tired, input({}), input({})]);
    expect(seen.map((one) => one.preferVp8)).toEqual([false, false, true, true, true]);
  });

  test("not after three that were interrupted", () => {
    const seen = history(newAdaptation(), [tired, tired, input({}), tired, tired]);
    expect(seen.map((one) => one.preferVp8)).not.toContain(true);
  });

  test("not while VP9 is not in use", () => {
    const other = input({ stats: linkStats({ limitedBy: "cpu", videoCodec: "VP8" }) });
    expect(repeat(newAdaptation(), other, 10).targets.preferVp8).toBe(false);
  });
});

describe.each<Browser>(["tells-what-is-available", "says-nothing"])(
  "a link squeezed from 2000 to 300 kbit/s and back, browser %s",
  (browser) => {
    const { samples, state } = simulate(browser, [
      { kbps: 2000, samples: 40 },
      { kbps: 300, samples: 40 },
      { kbps: 2000, samples: 80 },
    ]);
    const before = samples[39]?.targets;
    const squeezed = samples.slice(40, 80);
    const after = samples.slice(80);

    test("begins with a large picture", () => {
      expect(before).toMatchObject({ lines: 720, videoPaused: false });
      expect(before?.videoKbps).toBeGreaterThanOrEqual(1000);
    });

    test("has a small one at the least bit rate within 12 seconds, and keeps sending", () => {
      const small = squeezed.findIndex(({ targets }) => targets.lines === 240 && targets.videoKbps === 500);
      expect(small).toBeGreaterThanOrEqual(1);
      expect(small).toBeLessThanOrEqual(4);
      expect(squeezed.slice(small).filter(({ targets }) => targets.videoPaused)).toEqual([]);
      expect(squeezed.at(-1)?.targets).toMatchObject({ audioKbps: 32, videoKbps: 500 });
    });

    test("has the large one back within 90 seconds", () => {
      const large = after.findIndex(({ targets }) => targets.lines === 720 && targets.videoKbps >= 1000);
      expect(large).toBeGreaterThanOrEqual(0);
      expect(large).toBeLessThanOrEqual(30);
      expect(state.targets).toMatchObject({ lines: 720, videoPaused: false });
    });

    test("changes the size no more often than needed", () => {
      expect(changes(samples.map(({ targets }) => targets.lines))).toBeLessThanOrEqual(8);
    });
  },
);

test("a picture that needs little does not keep itself small", () => {
  // Browsers believe 1.5 times what was sent at most: a quiet picture of 100 kbit/s keeps the estimate below 500.
  const { state } = simulate(
    "tells-what-is-available",
    [
      { kbps: 150, samples: 20 },
      { kbps: 2000, samples: 60 },
    ],
    {
      needKbps: { 240: 90, 480: 160, 720: 260 },
    },
  );
  expect(state.targets.lines).toBe(720);
});

describe("a link that is not filled", () => {
  const idle = { availableKbps: 300, audioKbps: 32, videoKbps: 100 };

  test("keeps its picture, though little is said to be available", () => {
    expect(settled(input({ stats: linkStats(idle) }))).toMatchObject({ lines: 720, videoPaused: false });
  });

  test.each([
    ["bandwidth is what limits", { limitedBy: "bandwidth" }],
    ["packets are lost", { lossPercent: 3 }],
    ["the round trip is long", { rttMs: 500 }],
  ] as const)("does not when %s", (_, differences) => {
    const targets = settled(input({ stats: linkStats({ ...idle, ...differences }) }));
    expect(targets.lines).toBe(240);
  });
});

describe("a browser that does not say what is available", () => {
  const silent = { availableKbps: null, audioKbps: 64, videoKbps: 1250 } as const;

  test("sends less when the round trip grows, without any loss", () => {
    const calm = sampled(newAdaptation(), Array(10).fill(linkStats({ ...silent, rttMs: 40 })));
    const queueing = sampled(calm, Array(10).fill(linkStats({ ...silent, rttMs: 300 })));
    expect(calm.targets.videoKbps).toBeGreaterThanOrEqual(1250);
    expect(queueing.targets.videoKbps).toBe(800);
  });

  test("a long way that is always long is no queue", () => {
    const far = sampled(newAdaptation(), Array(20).fill(linkStats({ ...silent, rttMs: 280 })));
    expect(far.targets).toMatchObject({ lines: 720, videoKbps: 2000 });
  });

  test("believes in no more when no time has passed", () => {
    const stats = linkStats({ ...silent, videoKbps: 2000 });
    const once = adapt(newAdaptation(), input({ stats, nowMs: 0 }));
    const burst = Array(50)
      .fill(input({ stats, nowMs: 0 }))
      .reduce(adapt, once);
    expect(burst.estimate.kbps).toBe(once.estimate.kbps);
    expect(adapt(once, input({ stats, nowMs: 3000 })).estimate.kbps).toBeGreaterThan(once.estimate.kbps);
  });

  function sampled(state: Adaptation, all: readonly AdaptInput["stats"][]): Adaptation {
    let now = state.estimate.atMs ?? 0;
    return all.reduce((so, stats) => {
      now += 3000;
      return adapt(so, input({ stats, nowMs: now }));
    }, state);
  }
});

test("a rise that failed makes the next one wait longer, one that held ends the waiting", () => {
  const risesAfter = (state: Adaptation) =>
    history(state, Array(50).fill(full(1500))).findIndex((one) => one.lines === 720) + 1;
  const low = repeat(newAdaptation(), full(600), 20);
  expect(risesAfter(low)).toBe(4);
  const failed = repeat(repeat(low, full(1500), 4), full(600), 2);
  expect(risesAfter(failed)).toBe(8);
  const held = repeat(repeat(failed, full(1500), 8 + 12), full(600), 2);
  expect(risesAfter(held)).toBe(4);
});

describe("noise at the edge of a step does not make it flap", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("seed %i", (seed) => {
    const random = seeded(seed);
    let state = newAdaptation();
    const lines: number[] = [];
    // An hour of samples that lie 30 % around the edge between 720 and 480 lines.
    for (let round = 0; round < 1_200; round += 1) {
      state = adapt(state, full(Math.round(1000 * (0.7 + 0.6 * random()))));
      lines.push(state.targets.lines);
    }
    expect(changes(lines)).toBeLessThanOrEqual(20);
  });
});

test("targets are the same object while they say the same", () => {
  const steady = repeat(newAdaptation(), input({}), 40);
  expect(adapt(steady, input({})).targets).toBe(steady.targets);
});

function input(fields: Partial<AdaptInput>): AdaptInput {
  return { stats: linkStats(), choice: "auto", videoKind: "camera", videoWanted: true, nowMs: 0, ...fields };
}

/** A link that is filled to the brim: what is available is what is sent. */
function full(availableKbps: number, fields: Partial<AdaptInput> = {}): AdaptInput {
  const audioKbps = Math.min(32, availableKbps);
  const videoKbps = Math.max(0, availableKbps - audioKbps);
  return input({ stats: linkStats({ availableKbps, audioKbps, videoKbps }), ...fields });
}

function repeat(state: Adaptation, sample: AdaptInput, times: number): Adaptation {
  return Array(times).fill(sample).reduce(adapt, state);
}

function settled(sample: AdaptInput): Targets {
  return repeat(newAdaptation(), sample, 60).targets;
}

function history(state: Adaptation, samples: readonly AdaptInput[]): Targets[] {
  let now = state;
  return samples.map((sample) => {
    now = adapt(now, sample);
    return now.targets;
  });
}

function changes(values: readonly number[]): number {
  return values.filter((one, index) => index > 0 && one !== values[index - 1]).length;
}

function anything(random: () => number) {
  const maybe = (value: number) => (random() < 0.2 ? null : value);
  return linkStats({
    rttMs: maybe(random() * 2000),
    lossPercent: maybe(random() * 100),
    availableKbps: maybe(random() * 10_000),
    audioKbps: random() * 200,
    videoKbps: random() * 4000,
    limitedBy: random() < 0.3 ? "bandwidth" : "none",
  });
}
