// What is shown of what a person should know, and what was put away.

import { expect, test } from "vitest";
import { News, standingNotices } from "../../src/session/notices.js";
import type { Notice } from "../../src/state.js";

const of = (kind: Notice["kind"]): Notice => ({ id: kind, kind, error: null, userId: null });

test("a notice that was put away stays away while its cause lasts, and comes back with it", () => {
  const news = new News();
  const lost = of("signalling-lost");
  expect(news.shown([lost], [])).toEqual([lost]);
  news.dismiss(lost.id);
  expect(news.shown([lost], [lost])).toEqual([]);
  expect(news.shown([lost], [])).toEqual([]);
  expect(news.shown([], [])).toEqual([]);
  expect(news.shown([lost], [])).toEqual([lost]);
});

test("what happened once is shown until it is put away", () => {
  const news = new News();
  news.add("muted-by-host", null, 1_000);
  const [shown] = news.shown([], []);
  expect(shown?.kind).toBe("muted-by-host");
  news.dismiss(shown?.id ?? "");
  expect(news.shown([], [])).toEqual([]);
});

test("the list is the same while nothing changed", () => {
  const news = new News();
  const list = news.shown([of("weak-network")], []);
  expect(news.shown([of("weak-network")], list)).toBe(list);
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
