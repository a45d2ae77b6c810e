// Random lives of a pair of links: whatever happens, when it is over both are connected with each other.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FULL, Pair, type Side, stubPage } from "./pair.js";

/** How many lives are lived. */
const LIVES = 250;

/** How long after the last fault both are connected again: the longest wait of the ladder, and a negotiation. */
const BACK_MS = 45_000;

/** What was asked for while they came back, limits above all, is through after this; then there is silence. */
const QUIET_MS = 15_000;

const rejections: unknown[] = [];
const noted = (reason: unknown): void => {
  rejections.push(reason);
};

beforeEach(() => {
  stubPage();
  rejections.length = 0;
  process.on("unhandledRejection", noted);
});
afterEach(() => {
  process.off("unhandledRejection", noted);
  vi.unstubAllGlobals();
});

/** One fault, or one wish of a person, and what it takes for it to pass. */
async function somethingHappens(pair: Pair): Promise<string> {
  const { clock, network } = pair;
  const pick = Math.floor(clock.random() * 9);
  const side: Side = clock.random() < 0.5 ? pair.ann : pair.bob;
  const seconds = 1 + clock.random() * 59;
  switch (pick) {
    case 0:
      network.up = false;
      await clock.advance(seconds * 1_000);
      network.up = true;
      return `network away for ${seconds.toFixed(1)} s`;
    case 1: {
      const short = clock.random() < 0.4;
      const ms = short ? clock.random() * 1_900 : seconds * 1_000;
      pair.cut(side);
      await clock.advance(ms);
      pair.restore(side, !short);
      return `signalling of ${side.name} away for ${ms.toFixed(0)} ms`;
    }
    case 2:
      side.reload();
      return `${side.name} loads the page again`;
    case 3:
      pair.ann.reload();
      await clock.advance(clock.random() * 100);
      pair.bob.reload();
      return "both load the page again";
    case 4:
      side.link.limit({ ...FULL, audioOnly: clock.random() < 0.5, preferVp8: clock.random() < 0.5 });
      return `${side.name} limits`;
    case 5:
      for (const one of pair.sides)
        one.link.limit({ ...FULL, receiveKbps: clock.random() < 0.5 ? 350 : null });
      return "both limit";
    case 6:
      for (const one of pair.sides) one.link.restart();
      return "both retry";
    case 7:
      network.up = false;
      pair.cut(side);
      await clock.advance(seconds * 500);
      network.up = true;
      await clock.advance(clock.random() * 3_000);
      pair.restore(side, true);
      return `${side.name} is offline for ${(seconds / 2).toFixed(1)} s`;
    default:
      side.outgoing.patch({ video: clock.random() < 0.5 ? null : side.outgoing.get().video });
      return `${side.name} sends another picture`;
  }
}

for (let seed = 1; seed <= LIVES; seed += 1) {
  test(`after everything that happens both are connected with each other, seed ${seed}`, async () => {
    const pair = new Pair(seed);
    const { clock } = pair;
    const happened: string[] = [];
    pair.wire.repeats = clock.random() < 0.3 ? 0.2 : 0;
    if (clock.random() < 0.25) (clock.random() < 0.5 ? pair.ann : pair.bob).founding = true;
    pair.ann.link.start(true);
    pair.bob.link.start(clock.random() < 0.3);
    for (let step = 1 + Math.floor(clock.random() * 6); step > 0; step -= 1) {
      if (clock.random() < 0.7) await clock.advance(clock.random() * 8_000);
      happened.push(await somethingHappens(pair));
    }
    pair.wire.repeats = 0;
    const took = await clock.until(() => pair.connected, BACK_MS);
    expect(took === null ? pair.problem : null, happened.join("; ")).toBeNull();
    await clock.advance(QUIET_MS);
    const offers = pair.ann.count("offer") + pair.bob.count("offer");
    await clock.advance(120_000);
    expect(pair.problem, happened.join("; ")).toBeNull();
    expect(pair.ann.count("offer") + pair.bob.count("offer"), happened.join("; ")).toBe(offers);
    expect(offers, happened.join("; ")).toBeLessThanOrEqual(20 + 14 * happened.length);
    pair.close();
    await clock.advance(60_000);
    expect([pair.network.open, clock.waiting, rejections]).toEqual([0, 0, []]);
  });
}
