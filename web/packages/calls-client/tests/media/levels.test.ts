// Loudness: only while somebody looks, even in its steps, and nothing when muted.

import { describe, expect, it } from "vitest";
import { createLevels, createLocalMedia } from "../../src/media/index.js";
import { FakeBrowser, FakeTrack, settled } from "./fakes.js";

describe("levels", () => {
  it("come ten times a second while somebody listens, from one timer", () => {
    const { browser, levels } = started();
    expect(browser.timer.running).toBe(0);
    const ann: number[] = [];
    const bob: number[] = [];
    const stops = [
      levels.subscribe("ann", (level) => ann.push(level)),
      levels.subscribe("bob", (level) => bob.push(level)),
    ];
    expect(browser.timer.running).toBe(1);
    browser.timer.advance(1000);
    expect([ann.length, bob.length]).toEqual([10, 10]);
    for (const stop of stops) stop();
    expect(browser.timer.running).toBe(0);
    browser.timer.advance(1000);
    expect(ann).toHaveLength(10);
  });

  it("rise quickly, fall slowly, stay between 0 and 1 and end at exactly 0", () => {
    const { browser, levels, remote } = started();
    const seen: number[] = [];
    levels.subscribe("ann", (level) => seen.push(level));
    remote.set("ann", 1);
    browser.timer.advance(300);
    expect(seen[0]).toBeGreaterThan(0.6);
    expect(seen[2]).toBeGreaterThan(0.95);
    remote.delete("ann");
    browser.timer.advance(100);
    expect(seen[3]).toBeGreaterThan(0.5);
    browser.timer.advance(3000);
    expect(seen.at(-1)).toBe(0);
    expect(Math.max(...seen)).toBeLessThanOrEqual(1);
  });

  it("show a quiet voice clearly: decibels, not amplitudes", () => {
    const { browser, levels, remote } = started();
    let level = 0;
    levels.subscribe("ann", (now) => {
      level = now;
    });
    remote.set("ann", 10 ** (-35 / 20));
    browser.timer.advance(2000);
    expect(level).toBeCloseTo(0.5, 2);
  });

  it("keep coming to the others when one listener throws", () => {
    const { browser, levels } = started();
    const fault = new Error("a listener's own");
    let heard = 0;
    levels.subscribe("ann", () => {
      throw fault;
    });
    levels.subscribe("ann", () => {
      heard += 1;
    });
    browser.timer.advance(100);
    expect(heard).toBe(1);
    expect(browser.reported).toEqual([fault]);
  });

  it("may be listened to twice by the same function, and stopped twice without harm", () => {
    const { browser, levels } = started();
    let heard = 0;
    const listener = (): void => {
      heard += 1;
    };
    const stop = levels.subscribe("ann", listener);
    levels.subscribe("ann", listener);
    stop();
    stop();
    browser.timer.advance(100);
    expect(heard).toBe(1);
  });
});

describe("the own level", () => {
  it("is that of the microphone, and 0 at once when it is muted", () => {
    const { browser, levels, local } = started();
    local.track = new FakeTrack("audio");
    const seen: number[] = [];
    levels.subscribe("self", (level) => seen.push(level));
    browser.timer.advance(100);
    const [context] = browser.contexts;
    if (context === undefined) throw new Error("no meter");
    context.amplitude = 0.5;
    browser.timer.advance(1000);
    expect(seen.at(-1)).toBeGreaterThan(0.9);
    local.track.enabled = false;
    browser.timer.advance(2000);
    expect(seen.at(-1)).toBe(0);
  });

  it("follows another microphone and lets go of Web Audio when nobody looks", async () => {
    const { browser, levels, local } = started();
    local.track = new FakeTrack("audio");
    const stop = levels.subscribe("self", () => undefined);
    browser.timer.advance(200);
    local.track = new FakeTrack("audio");
    browser.timer.advance(200);
    const [context] = browser.contexts;
    expect(browser.contexts).toHaveLength(1);
    expect(context?.sources.map(({ targets }) => targets.size)).toEqual([0, 1]);
    expect(context?.sources[1]?.track).toBe(local.track);
    stop();
    await settled();
    expect(context?.state).toBe("closed");
  });

  it("does not ask for sound before the page was clicked", async () => {
    const { browser, levels, local } = started();
    browser.activated = false;
    local.track = new FakeTrack("audio");
    levels.subscribe("self", () => undefined);
    browser.timer.advance(500);
    expect(browser.contexts[0]?.resumed).toBe(0);
    browser.activated = true;
    browser.timer.advance(100);
    await settled();
    expect(browser.contexts[0]).toMatchObject({ resumed: 1, state: "running" });
  });

  it("is 0 where there is no Web Audio, and where it breaks that is reported once", () => {
    const { browser, local } = started();
    local.track = new FakeTrack("audio");
    const track = local.track;
    browser.sound.refusal = new DOMException("", "NotSupportedError");
    for (const createAudioContext of [null, browser.environment().createAudioContext]) {
      const levels = createLevels({
        ...browser.environment(),
        createAudioContext,
        local: () => track,
        remote: () => null,
      });
      let level = -1;
      levels.subscribe("self", (now) => {
        level = now;
      });
      browser.timer.advance(1000);
      expect(level).toBe(0);
    }
    expect(browser.reported).toEqual([browser.sound.refusal]);
  });

  it("can be seen before a call", async () => {
    const browser = new FakeBrowser();
    const media = createLocalMedia(browser.environment());
    await media.setMicrophone(true);
    let level = 0;
    media.levels.subscribe("self", (now) => {
      level = now;
    });
    browser.timer.advance(100);
    const [context] = browser.contexts;
    if (context === undefined) throw new Error("no meter");
    context.amplitude = 0.3;
    browser.timer.advance(500);
    expect(level).toBeGreaterThan(0.8);
  });
});

function started() {
  const browser = new FakeBrowser();
  const remote = new Map<string, number>();
  const local: { track: FakeTrack | null } = { track: null };
  const levels = createLevels({
    ...browser.environment(),
    local: () => local.track,
    remote: (userId) => remote.get(userId) ?? null,
  });
  return { browser, levels, remote, local };
}
