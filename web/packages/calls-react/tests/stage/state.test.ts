// What the stage makes of a call's state: tiles, conditions, and what is said aloud.

import type { CallState } from "@aethex/calls-client";
import { describe, expect, it } from "vitest";
import { fakeLocal, fakeParticipant, fakeState, PEOPLE, SELF } from "../../gallery/fakes.js";
import { changesBetween } from "../../src/stage/changes.js";
import { conditionOf } from "../../src/stage/condition.js";
import { tilesOf } from "../../src/stage/tiles.js";

const self = fakeParticipant(SELF);
const bob = fakeParticipant(PEOPLE.bob);
const link = { status: "connected", stats: null, error: null } as const;

function tileIds(state: Partial<CallState>, selfHidden = false): readonly string[] {
  return tilesOf(fakeState(state), selfHidden).map((tile) => tile.id);
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
  });

  it("hides oneself when wished, unless alone", () => {
    expect(tileIds({ participants: [self, bob] }, true)).toEqual([PEOPLE.bob.userId]);
    expect(tileIds({ participants: [self] }, true)).toEqual([SELF.userId]);
  });
});

describe("the condition of a tile", () => {
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

  it("nothing for who was there from the beginning", () => {
    expect(keys({ participants: [] }, { participants: [self, bob] })).toEqual([]);
  });
});
