// What each event changes beyond the scenarios: names, times, reasons, devices; and what it leaves alone.

import { describe, expect, test } from "vitest";
import {
  applyQuality,
  applySnapshot,
  type CallView,
  endedOf,
  fold,
  participantOf,
  viewOfAnswer,
  viewOfCall,
  viewOfIncoming,
  viewOfInitiate,
} from "../../src/view/index.js";
import type { IncomingEvent } from "../../src/wire/index.js";
import { event, foldAll, moment, person, startedCall } from "./callLog.js";

const media = { audioEnabled: true, videoEnabled: false, screenSharing: false };
const bob = { userId: "bob", userName: "Bob", userIdentifier: "bob@example.org" };
const begun = viewOfCall(startedCall());
const accepted = event("call:accepted", 2, { ...bob, startedAt: moment(2) });
const joined = event("call:participant-joined", 3, {
  ...bob,
  role: "member",
  mediaState: media,
  deviceId: "tab-1",
});
const active = foldAll(begun, [accepted, joined]);

describe("joining", () => {
  test("gives name, device, time and connection", () => {
    expect(participantOf(active, "bob")).toEqual({
      ...bob,
      status: "joined",
      role: "member",
      joinedAt: moment(3),
      leftAt: null,
      leftReason: null,
      mediaState: media,
      connection: "connected",
      reconnectingUntil: null,
      quality: null,
      busy: false,
      handRaisedAt: null,
      deviceId: "tab-1",
    });
  });

  test("again keeps the first time and forgets the leaving", () => {
    const back = foldAll(active, [
      event("call:participant-left", 4, { userId: "bob", reason: "connection-lost" }),
      event("call:participant-joined", 5, { ...bob, role: "member", mediaState: media }),
    ]);
    expect(participantOf(back, "bob")).toMatchObject({
      status: "joined",
      joinedAt: moment(3),
      leftAt: null,
      leftReason: null,
      deviceId: null,
    });
  });

  test("of somebody new puts them at the end", () => {
    const cid = { userId: "cid", userName: "Cid", userIdentifier: "cid@example.org" };
    const more = foldAll(active, [
      event("call:participant-joined", 4, { ...cid, role: "guest", mediaState: media }),
    ]);
    expect(more.participants.map((one) => one.userId)).toEqual(["ann", "bob", "cid"]);
    expect(participantOf(more, "cid")).toMatchObject({ ...cid, role: "guest", joinedAt: moment(4) });
  });
});

test("losing and finding the connection shows, with the device that found it", () => {
  const lost = foldAll(active, [
    event("call:participant-reconnecting", 4, { userId: "bob", until: moment(34) }),
  ]);
  expect(participantOf(lost, "bob")).toMatchObject({
    connection: "reconnecting",
    reconnectingUntil: moment(34),
  });
  const found = foldAll(lost, [
    event("call:participant-reconnected", 5, { userId: "bob", deviceId: "tab-2" }),
  ]);
  expect(participantOf(found, "bob")).toMatchObject({
    connection: "connected",
    reconnectingUntil: null,
    deviceId: "tab-2",
  });
});

test("a raised hand keeps its time, and is down after it was lowered or its owner left", () => {
  const raised = foldAll(active, [event("call:hand-changed", 4, { userId: "bob", raisedAt: moment(4) })]);
  expect(participantOf(raised, "bob")?.handRaisedAt).toBe(moment(4));
  expect(participantOf(raised, "ann")).toBe(participantOf(active, "ann"));
  const lowered = foldAll(raised, [event("call:hand-changed", 5, { userId: "bob", raisedAt: null })]);
  expect(participantOf(lowered, "bob")?.handRaisedAt).toBeNull();
  const gone = foldAll(raised, [event("call:participant-left", 5, { userId: "bob", reason: "left" })]);
  expect(participantOf(gone, "bob")?.handRaisedAt).toBeNull();
  const over = { reason: "ended-by-host", endedBy: "ann", status: "ended", duration: 3 };
  const ended = foldAll(raised, [event("call:ended", 5, over)]);
  expect(participantOf(ended, "bob")?.handRaisedAt).toBeNull();
});

test("the topology changes and nobody else does", () => {
  const upgrading = foldAll(active, [event("call:topology-changed", 4, { topology: "upgrading" })]);
  expect(upgrading.topology).toBe("upgrading");
  expect(upgrading.participants).toBe(active.participants);
  const unreadable = fold(active, event("call:topology-changed", 4, { topology: 7 }));
  expect(unreadable).toEqual({ gap: true });
});

test("leaving gives time and reason, and takes screen, device and connection away", () => {
  const sharing = event("call:media-state-changed", 4, {
    userId: "bob",
    mediaState: { ...media, screenSharing: true },
  });
  const left = foldAll(active, [
    sharing,
    event("call:participant-left", 5, { userId: "bob", reason: "removed" }),
  ]);
  expect(participantOf(left, "bob")).toMatchObject({
    status: "left",
    leftAt: moment(5),
    leftReason: "removed",
    mediaState: media,
    connection: null,
    deviceId: null,
  });
});

test("who declined and is then removed has not left at any time", () => {
  const out = foldAll(begun, [
    event("call:rejected", 2, { userId: "bob", reason: "declined" }),
    event("call:participant-left", 3, { userId: "bob", reason: "removed" }),
  ]);
  expect(participantOf(out, "bob")).toMatchObject({ status: "left", leftAt: null, leftReason: "removed" });
});

test("ringing tells who is busy", () => {
  const ringing = foldAll(begun, [event("call:ringing", 2, { userId: "bob", busy: true })]);
  expect(participantOf(ringing, "bob")).toMatchObject({ status: "ringing", busy: true });
});

describe("the end", () => {
  const over = { reason: "ended-by-user", endedBy: "bob", status: "ended", duration: 38 };
  const ended = foldAll(active, [event("call:ended", 4, over)]);

  test("says who left and whom it found in the call", () => {
    expect(ended).toMatchObject({ duration: 38, endedBy: "bob", endedAt: moment(4) });
    expect(participantOf(ended, "bob")).toMatchObject({
      status: "left",
      leftReason: "left",
      leftAt: moment(4),
    });
    expect(participantOf(ended, "ann")).toMatchObject({
      status: "left",
      leftReason: "call-ended",
      connection: null,
    });
  });

  test("of a call never answered has no duration, as in the snapshot", () => {
    const missed = { reason: "timeout", endedBy: null, status: "missed", duration: 0 };
    expect(foldAll(begun, [event("call:ended", 2, missed)]).duration).toBeNull();
  });

  test("is what the person is told", () => {
    expect(endedOf(active, "ann")).toBeNull();
    expect(endedOf(ended, "ann")).toEqual({
      reason: "ended-by-user",
      endedBy: "bob",
      durationSeconds: 38,
      error: null,
      joinable: false,
    });
  });
});

describe("who is out of a call that goes on", () => {
  const left = (reason: string) =>
    endedOf(
      foldAll(active, [event("call:participant-left", 62, { userId: "bob", reason })].map(next)),
      "bob",
    );

  test("may come back, unless they were removed", () => {
    expect(left("connection-lost")).toMatchObject({
      reason: "connection-lost",
      joinable: true,
      durationSeconds: 60,
    });
    const ringing = { ...active, status: "ringing" } as const;
    const early = foldAll(ringing, [event("call:participant-left", 4, { userId: "bob", reason: "left" })]);
    expect(endedOf(early, "bob")).toMatchObject({ reason: "left", joinable: false });
    expect(left("removed")).toMatchObject({ reason: "removed", joinable: false });
  });

  /** At the 62nd second, and still the next event. */
  function next(one: ReturnType<typeof event>): ReturnType<typeof event> {
    return { ...one, seq: 4 };
  }
});

describe("objects stay the same", () => {
  test("of everybody whom an event does not concern", () => {
    const after = foldAll(active, [
      event("call:media-state-changed", 4, { userId: "bob", mediaState: { ...media, videoEnabled: true } }),
    ]);
    expect(participantOf(after, "ann")).toBe(participantOf(active, "ann"));
    expect(participantOf(after, "bob")).not.toBe(participantOf(active, "bob"));
  });

  test("when an event says what is known already", () => {
    const after = foldAll(active, [
      event("call:media-state-changed", 4, { userId: "bob", mediaState: { ...media } }),
    ]);
    expect(after.participants).toBe(active.participants);
    expect(after.rev).toBe(4);
  });

  test("when a snapshot says the same, down to the view itself", () => {
    expect(applySnapshot(begun, startedCall())).toBe(begun);
    const newer = applySnapshot(begun, startedCall({ rev: 2, host: "bob" }));
    expect(newer.participants).toBe(begun.participants);
  });

  test("and the view that was given is not touched", () => {
    const frozen = deepFreeze(viewOfCall(startedCall()));
    const after = foldAll(frozen, [
      accepted,
      joined,
      event("call:host-changed", 4, { host: "bob", previousHost: "ann" }),
    ]);
    expect(after).toMatchObject({ rev: 4, host: "bob" });
    expect(frozen.rev).toBe(1);
  });
});

describe("what is not known", () => {
  test("an event of an unknown name counts and changes nothing", () => {
    const after = foldAll(active, [event("call:hand-raised", 4, { userId: "bob" })]);
    expect(after).toEqual({ ...active, rev: 4 });
    expect(after.participants).toBe(active.participants);
  });

  test("unknown words pass through", () => {
    const role = event("call:participant-updated", 4, { ...bob, status: "joined", role: "timekeeper" });
    expect(participantOf(foldAll(active, [role]), "bob")?.role).toBe("timekeeper");
  });

  test("people who are not in the call are not made up", () => {
    const after = foldAll(active, [
      event("call:media-state-changed", 4, { userId: "eve", mediaState: media }),
    ]);
    expect(after.participants).toBe(active.participants);
  });
});

test("an event of before is a duplicate, one after a gap is none of ours yet", () => {
  expect(fold(active, joined)).toEqual({ duplicate: true });
  expect(fold(active, event("call:rejected", 5, { userId: "bob", reason: "busy" }))).toEqual({ gap: true });
});

describe("snapshots", () => {
  test("an older one is ignored", () => {
    expect(applySnapshot(active, startedCall({ rev: 2 }))).toBe(active);
  });

  test("one of another call is ignored", () => {
    expect(applySnapshot(active, startedCall({ rev: 9, id: "other" }))).toBe(active);
  });

  test("a cause that was reported stays while the grade is the same", () => {
    const graded = applyQuality(begun, { callId: "call", userId: "bob", grade: "poor", cause: "loss" });
    const same = startedCall({ rev: 2 });
    same.participants = [person("ann"), person("bob", { connectionQuality: "poor" })];
    expect(participantOf(applySnapshot(graded, same), "bob")?.quality).toEqual({
      grade: "poor",
      cause: "loss",
    });
    const other = { ...same, participants: [person("ann"), person("bob", { connectionQuality: "fair" })] };
    expect(participantOf(applySnapshot(graded, other), "bob")?.quality).toEqual({
      grade: "fair",
      cause: null,
    });
  });

  test("the same quality again changes nothing", () => {
    const report = { callId: "call", userId: "bob", grade: "poor", cause: "loss" } as const;
    const graded = applyQuality(begun, report);
    expect(applyQuality(graded, report)).toBe(graded);
    expect(participantOf(graded, "ann")).toBe(participantOf(begun, "ann"));
  });
});

describe("the first view", () => {
  test("of a ring equals the snapshot of that moment", () => {
    const ring: IncomingEvent = {
      ...startedCall(),
      callId: "call",
      seq: 1,
      at: moment(0),
      ringTimeoutMs: 45_000,
      serverTime: moment(0),
      callerName: "Ann",
      callerIdentifier: "ann@example.com",
      busy: false,
    };
    expect(viewOfIncoming(ring)).toEqual(begun);
  });

  test("of a new call equals the snapshot of that moment", () => {
    const answer = {
      callId: "call",
      status: "initiated",
      participants: startedCall().participants,
      topology: "mesh",
      ringTimeoutMs: 45_000,
      seq: 1,
      serverTime: moment(0),
    } as const;
    const known = { conversationId: "conversation", type: "video", metadata: { room: 4 } } as const;
    expect(viewOfInitiate(answer, known)).toEqual(begun);
    expect(viewOfInitiate({ ...answer, merged: true }, known).whole).toBe(false);
  });

  test("of an accepted call takes from the ring what the answer leaves out", () => {
    const answer = {
      callId: "call",
      status: "active",
      startedAt: moment(2),
      seq: 3,
      participants: startedCall().participants,
      mediaState: media,
      topology: "upgrading",
    } as const;
    const taken = { status: "active", topology: "upgrading", startedAt: moment(2), rev: 3 };
    expect(viewOfAnswer(answer, begun)).toEqual({ ...begun, ...taken });
    expect(viewOfAnswer(answer, { conversationId: "conversation", type: "video" })).toMatchObject({
      conversationId: "conversation",
      type: "video",
      whole: false,
    });
  });
});

test("of an answered call the host is who has the role, the caller who comes first", () => {
  const participants = [person("ann", { role: "member" }), person("bob", { role: "host" })];
  const answer = {
    callId: "call",
    status: "active",
    startedAt: moment(2),
    seq: 3,
    mediaState: media,
    topology: "mesh",
  } as const;
  expect(viewOfAnswer({ ...answer, participants }, null)).toMatchObject({ initiatedBy: "ann", host: "bob" });
});

function deepFreeze(view: CallView): CallView {
  for (const one of view.participants) Object.freeze(Object.freeze(one).mediaState);
  Object.freeze(view.participants);
  return Object.freeze(view);
}
