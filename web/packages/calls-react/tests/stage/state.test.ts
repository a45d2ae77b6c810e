// What the stage makes of a call's state: tiles, conditions, and what is said aloud.

import type { CallState } from "@aethex/calls-client";
import { describe, expect, it } from "vitest";
import { fakeLocal, fakeParticipant, fakeState, PEOPLE, SELF } from "../../gallery/fakes.js";
import { changesBetween } from "../../src/stage/changes.js";
import { conditionOf } from "../../src/stage/condition.js";
import { tilesOf } from "../../src/stage/tiles.js";
import { FakeTrack } from "./browser.js";

const self = fakeParticipant(SELF);
const bob = fakeParticipant(PEOPLE.bob);
const link = { status: "connected", stats: null, error: null } as const;

function tileIds(state: Partial<CallState>, selfHidden = false, screens = true): readonly string[] {
  return tilesOf(fakeState(state), { selfHidden, screens }).map((tile) => tile.id);
}

describe("tiles", () => {
  it("are those who are in the call or being called, and nobody else", () => {
    const { cid, dee, eve } = PEOPLE;
    const participants = [
      self,
      fakeParticipant(PEOPLE.bob, { status: "ringing" }),
      fakeParticipant(cid, { status: "rejected" }),
      fakeParticipant(dee, { status: "left" }),
      fakeParticipant(eve, { status: "missed" }),
    ];
    expect(tileIds({ participants })).toEqual([SELF.userId, PEOPLE.bob.userId]);
  });

  it("has a shared screen beside the person, but not one's own", () => {
    const mediaState = { audioEnabled: true, videoEnabled: true, screenSharing: true };
    const participants = [fakeParticipant(SELF, { mediaState }), fakeParticipant(PEOPLE.bob, { mediaState })];
    expect(tileIds({ participants })).toEqual([
      SELF.userId,
      PEOPLE.bob.userId,
      `screen:${PEOPLE.bob.userId}`,
    ]);
    expect(tileIds({ participants }, false, false), "in the layout without pictures").toEqual([
      SELF.userId,
      PEOPLE.bob.userId,
    ]);
  });

  it("hides oneself when wished, unless alone", () => {
    expect(tileIds({ participants: [self, bob] }, true)).toEqual([PEOPLE.bob.userId]);
    expect(tileIds({ participants: [self] }, true)).toEqual([SELF.userId]);
  });
});

describe("the condition of a tile", () => {
  const cameraTrack = new FakeTrack("camera");
  const cameraOff = { audioEnabled: true, videoEnabled: false, screenSharing: false };
  it.each([
    ["calling", { status: "invited" }, false],
    ["ringing", { status: "ringing" }, false],
    ["busy", { status: "ringing", busy: true }, false],
    ["connecting", { link: { ...link, status: "connecting" } }, false],
    ["reconnecting", { link: { ...link, status: "interrupted" } }, false],
    ["reconnecting", { connection: "reconnecting" }, false],
    ["failed", { link: { ...link, status: "failed" } }, false],
    [null, {}, false],
    [null, {}, true],
    ["low-bandwidth", { cameraTrack }, true],
    ["low-bandwidth", { cameraTrack, cameraPaused: "bandwidth" }, false],
    ["low-bandwidth", { cameraPaused: "bandwidth" }, false],
    ["paused", { cameraTrack, cameraPaused: "sender" }, false],
    [null, { cameraTrack, cameraPaused: "hidden" }, true],
    [null, { cameraTrack, cameraPaused: "bandwidth", mediaState: cameraOff }, false],
    [null, { isSelf: true, status: "ringing" }, true],
  ] as const)("%s for %o", (condition, fields, stalled) => {
    expect(conditionOf(fakeParticipant(PEOPLE.bob, fields), stalled)).toBe(condition);
  });
});

describe("what is said aloud", () => {
  const keys = (before: Partial<CallState>, now: Partial<CallState>): readonly string[] =>
    changesBetween(fakeState(before), fakeState(now)).map((change) => change.key);

  it("somebody joins and leaves", () => {
    const ringing = fakeParticipant(PEOPLE.bob, { status: "ringing" });
    expect(keys({ participants: [self, ringing] }, { participants: [self, bob] })).toEqual([
      "announce.joined",
    ]);
    const left = fakeParticipant(PEOPLE.bob, { status: "left" });
    expect(keys({ participants: [self, bob] }, { participants: [self, left] })).toEqual(["announce.left"]);
  });

  it("somebody's connection drops and comes back", () => {
    const away = fakeParticipant(PEOPLE.bob, { connection: "reconnecting" });
    expect(keys({ participants: [self, bob] }, { participants: [self, away] })).toEqual([
      "announce.reconnecting",
    ]);
    expect(keys({ participants: [self, away] }, { participants: [self, bob] })).toEqual(["announce.back"]);
  });

  it("the own microphone, and that the host turned it off", () => {
    const participants = [self, bob];
    const off = fakeLocal({ microphone: { ...fakeLocal().microphone, wanted: false, status: "off" } });
    expect(keys({ participants }, { participants, local: off })).toEqual(["announce.microphoneOff"]);
    const notices = [{ id: "1", kind: "muted-by-host", error: null, userId: null }] as const;
    expect(keys({ participants }, { participants, local: off, notices })).toEqual(["announce.mutedByHost"]);
  });

  it("a hand goes up and down, of others and one's own", () => {
    const raised = fakeParticipant(PEOPLE.bob, { handRaisedAtMs: 1, handOrder: 1 });
    const own = fakeParticipant(SELF, { handRaisedAtMs: 2, handOrder: 2 });
    const down = { participants: [self, bob] };
    const up = { participants: [own, raised] };
    expect(keys(down, up)).toEqual(["announce.handUp", "announce.handRaised"]);
    expect(keys(up, down)).toEqual(["announce.handDown", "announce.handLowered"]);
  });

  it("reactions of others, but not one after the other without end", () => {
    const reactions = (count: number, userId: string = PEOPLE.bob.userId) =>
      Array.from({ length: count }, (_, index) => ({ id: `r${index}`, userId, reaction: "👍", atMs: index }));
    const participants = [self, bob];
    const said = (before: number, now: number, userId?: string) =>
      keys(
        { participants, reactions: reactions(before) },
        { participants, reactions: reactions(now, userId) },
      );
    expect(said(0, 1)).toEqual(["announce.reaction"]);
    expect(said(0, 1, SELF.userId)).toEqual([]);
    expect(said(2, 5)).toEqual(["announce.reaction"]);
    expect(said(3, 9)).toEqual([]);
  });

  it("nothing for who was there from the beginning", () => {
    expect(keys({ participants: [] }, { participants: [self, bob] })).toEqual([]);
  });
});
