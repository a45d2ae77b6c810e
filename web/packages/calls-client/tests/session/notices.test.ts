// What is shown of what a person should know, and what was put away.

import { expect, test } from "vitest";
import { News, standingNotices } from "../../src/session/notices.js";
import type { Notice } from "../../src/state.js";

const of = (kind: Notice["kind"]): Notice => ({ id: kind, kind, error: null, userId: null });

test("a notice that was put away stays away while its cause lasts, and comes back with it", () => {
  const news = new News();
  const lost = of("signalling-lost");
  expect(news.shown([lost], [], false)).toEqual([lost]);
  news.dismiss(lost.id);
  expect(news.shown([lost], [lost], false)).toEqual([]);
  expect(news.shown([lost], [], false)).toEqual([]);
  expect(news.shown([], [], false)).toEqual([]);
  expect(news.shown([lost], [], false)).toEqual([lost]);
});

test("what happened once is shown until it is put away", () => {
  const news = new News();
  news.add("muted-by-host", null, 1_000);
  const [shown] = news.shown([], [], false);
  expect(shown?.kind).toBe("muted-by-host");
  news.dismiss(shown?.id ?? "");
  expect(news.shown([], [], false)).toEqual([]);
});

test("what is about a microphone that is off is over once it is on, and does not come back with the next mute", () => {
  const news = new News();
  news.add("muted-by-host", null, 1_000);
  news.add("device-changed", null, 2_000);
  news.add("unmute-requested", null, 3_000, "bob");
  const on = news.shown([], [], true);
  expect(on.map(({ kind }) => kind)).toEqual(["device-changed"]);
  expect(news.shown([], on, false)).toBe(on);
});

test("the list is the same while nothing changed", () => {
  const news = new News();
  const list = news.shown([of("weak-network")], [], false);
  expect(news.shown([of("weak-network")], list, false)).toBe(list);
});

test("a lost connection comes before a weak one, and sound that is held back before both", () => {
  const off = { status: "off", error: null, track: null } as const;
  const source = { ...off, wanted: false, deviceId: null } as const;
  const local = {
    microphone: source,
    camera: source,
    screen: { ...off, audio: false },
    devices: [],
    speakerId: null,
  } as const;
  const kinds = standingNotices({
    phase: "active",
    signallingLost: true,
    audioBlocked: true,
    local,
    participants: [],
    quality: { grade: "poor", cause: "loss" },
    turnError: null,
    sfuError: null,
  }).map(({ kind }) => kind);
  expect(kinds).toEqual(["audio-blocked", "signalling-lost", "weak-network"]);
});
