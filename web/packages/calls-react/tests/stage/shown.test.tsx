// @vitest-environment jsdom
// What is on the screen is what is asked for: sizes, pages, hidden pages, layouts without pictures.

import type { ShownTile } from "@aethex/calls-client";
import { act, cleanup } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { crowd, fakeParticipant, PEOPLE, SELF } from "../../gallery/fakes.js";
import { createCallView } from "../../src/stage/index.js";
import { type MeasuredTile, SHOWN_BATCH_MS, shownTiles } from "../../src/stage/shown.js";
import { createShownList } from "../../src/stage/shownList.js";
import { stubBrowser, stubVisibility } from "./browser.js";
import { showCall } from "./showCall.js";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const measured = (fields: Partial<MeasuredTile> = {}): MeasuredTile => ({
  userId: "bob",
  source: "camera",
  width: 320,
  height: 180,
  visible: true,
  apart: false,
  pinned: false,
  density: 1,
  ...fields,
});

describe("the list of what is shown", () => {
  it("has the size in device pixels, of two at most for a CSS pixel", () => {
    const width = (density: number) => shownTiles([measured({ density })], false)[0]?.width;
    expect([width(0.8), width(1), width(1.5), width(3)]).toEqual([320, 320, 480, 640]);
  });

  it("leaves out what is out of sight or has no size", () => {
    expect(shownTiles([measured({ visible: false }), measured({ width: 0 })], false)).toEqual([]);
  });

  it("has each picture once, at its largest place, pinned ones first", () => {
    const tiles = [
      measured({ userId: "cid", width: 900, height: 500 }),
      measured({ width: 640, height: 360 }),
      measured({ pinned: true }),
      measured({ source: "screen", width: 1200, height: 700 }),
    ];
    expect(shownTiles(tiles, false)).toEqual<ShownTile[]>([
      { userId: "bob", source: "camera", width: 640, height: 360, pinned: true },
      { userId: "bob", source: "screen", width: 1200, height: 700 },
      { userId: "cid", source: "camera", width: 900, height: 500 },
    ]);
  });

  it("of a page out of sight has what is in a window of its own only", () => {
    const tiles = [measured(), measured({ userId: "cid", apart: true })];
    expect(shownTiles(tiles, true).map(({ userId }) => userId)).toEqual(["cid"]);
  });
});

describe("the engine", () => {
  /** A list with a page that can be hidden, and what it told. */
  function list() {
    const page = Object.assign(new EventTarget(), { visibilityState: "visible" as DocumentVisibilityState });
    const told: (readonly ShownTile[])[] = [];
    const made = createShownList((tiles) => told.push(tiles), page);
    const turn = (state: DocumentVisibilityState): void => {
      page.visibilityState = state;
      page.dispatchEvent(new Event("visibilitychange"));
    };
    return { made, told, turn };
  }

  it("is told once for many changes, and not again for the same", () => {
    const { made, told } = list();
    const [bob, cid] = [{}, {}];
    made.set(bob, measured());
    made.set(cid, measured({ userId: "cid" }));
    made.set(cid, measured({ userId: "cid", width: 640, height: 360 }));
    vi.advanceTimersByTime(SHOWN_BATCH_MS);
    made.set(bob, measured());
    vi.advanceTimersByTime(SHOWN_BATCH_MS);
    expect(told.map((tiles) => tiles.map(({ userId, width }) => [userId, width]))).toEqual([
      [
        ["cid", 640],
        ["bob", 320],
      ],
    ]);
  });

  it("is told that nothing is shown while the page is hidden, and all of it at its return", () => {
    const { made, told, turn } = list();
    made.set({}, measured());
    vi.advanceTimersByTime(SHOWN_BATCH_MS);
    turn("hidden");
    vi.advanceTimersByTime(SHOWN_BATCH_MS);
    expect(told.at(-1)).toEqual([]);
    turn("visible");
    vi.advanceTimersByTime(SHOWN_BATCH_MS);
    expect(told.at(-1)).toHaveLength(1);
  });

  it("is told that nothing is shown when the last tile is gone", () => {
    const { made, told } = list();
    const place = {};
    made.set(place, measured());
    vi.advanceTimersByTime(SHOWN_BATCH_MS);
    made.remove(place);
    vi.advanceTimersByTime(SHOWN_BATCH_MS);
    expect(told.at(-1)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a call on the screen", () => {
  const many = (count: number) => crowd(count).map((person) => fakeParticipant(person));
  const ids = (tiles: readonly ShownTile[] | undefined) => (tiles ?? []).map(({ userId }) => userId).sort();
  const batch = (): void =>
    act(() => {
      vi.advanceTimersByTime(SHOWN_BATCH_MS);
    });

  it("asks for the others of the page in sight, at their size, and never for oneself", () => {
    stubBrowser();
    const sight = stubVisibility();
    const { session, view } = showCall(
      { participants: many(12) },
      { view: createCallView({ layout: "grid" }) },
    );
    batch();
    expect(session.shown, "nothing is known of what is in sight yet").toEqual([]);
    act(() => sight.all(true));
    batch();
    const first = crowd(9).map(({ userId }) => userId);
    expect(ids(session.shown.at(-1))).toEqual(first.filter((id) => id !== SELF.userId).sort());
    expect(session.shown.at(-1)?.[0]).toMatchObject({ source: "camera", width: 1256, height: 620 });
    act(() => view.setPage(1));
    act(() => sight.all(true));
    batch();
    expect(ids(session.shown.at(-1))).toEqual(
      crowd(12)
        .slice(9)
        .map(({ userId }) => userId)
        .sort(),
    );
  });

  it("asks for a shared screen beside its person, and says what is pinned", () => {
    stubBrowser();
    const sight = stubVisibility();
    const mediaState = { audioEnabled: true, videoEnabled: true, screenSharing: true };
    const { session, view } = showCall({
      participants: [fakeParticipant(SELF), fakeParticipant(PEOPLE.bob, { mediaState })],
    });
    act(() => view.togglePin(PEOPLE.bob.userId));
    act(() => sight.all(true));
    batch();
    expect(session.shown.at(-1)?.map(({ source, pinned }) => [source, pinned])).toEqual([
      ["camera", true],
      ["screen", undefined],
    ]);
  });

  it("asks for nothing in the layout without pictures, and for nobody who has not joined", () => {
    stubBrowser();
    const sight = stubVisibility();
    const ringing = fakeParticipant(PEOPLE.cid, { status: "ringing", connection: null });
    const { session, view } = showCall({
      participants: [fakeParticipant(SELF), fakeParticipant(PEOPLE.bob), ringing],
    });
    act(() => sight.all(true));
    batch();
    expect(ids(session.shown.at(-1))).toEqual([PEOPLE.bob.userId]);
    act(() => view.setLayout("audio-only"));
    batch();
    expect(session.shown.at(-1)).toEqual([]);
  });

  it("says so when it begins in the layout without pictures", () => {
    stubBrowser();
    stubVisibility();
    const { session } = showCall({}, { view: createCallView({ layout: "audio-only" }) });
    batch();
    expect(session.shown).toEqual([[]]);
  });
});
