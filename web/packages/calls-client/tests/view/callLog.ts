// A server for tests: random logs of a call, and the snapshot at any moment of them.

import {
  type CallView,
  fold,
  type NumberedEvent,
  readNumberedEvent,
  viewOfCall,
} from "../../src/view/index.js";
import type { CallBody, LoggedEvent, ParticipantBody } from "../../src/wire/index.js";

/** A call that was just started: Ann calls Bob. */
export function startedCall(fields: Partial<CallBody> = {}): CallBody {
  return {
    id: "call",
    conversationId: "conversation",
    type: "video",
    status: "initiated",
    initiatedBy: "ann",
    host: "ann",
    startedAt: null,
    endedAt: null,
    duration: null,
    endReason: null,
    endedBy: null,
    topology: "mesh",
    sfuRoomId: null,
    recordingUrl: null,
    qualityStats: null,
    metadata: { room: 4 },
    createdAt: moment(0),
    rev: 1,
    participants: [
      person("ann", { status: "joined", role: "host", connection: "connected", joinedAt: moment(0) }),
      person("bob"),
    ],
    ...fields,
  };
}

/** Somebody who was invited. */
export function person(userId: string, fields: Partial<ParticipantBody> = {}): ParticipantBody {
  return {
    ...names(userId),
    userId,
    status: "invited",
    role: "member",
    joinedAt: null,
    leftAt: null,
    leftReason: null,
    mediaState: { audioEnabled: true, videoEnabled: true, screenSharing: false },
    connection: null,
    reconnectingUntil: null,
    handRaisedAt: null,
    connectionQuality: null,
    busy: false,
    ...fields,
  };
}

/** The wire's form of a moment, in seconds since the call began. */
export function moment(seconds: number): string {
  return new Date(Date.UTC(2025, 0, 10, 14, 30) + seconds * 1000).toISOString();
}

/** An event as a socket carries it, of the call and at the second of its number. */
export function sent(name: string, seq: number, fields: Readonly<Record<string, unknown>>) {
  return { name, payload: { callId: "call", seq, at: moment(seq), ...fields } };
}

/** The same, read. */
export function event(name: string, seq: number, fields: Readonly<Record<string, unknown>>): NumberedEvent {
  const read = readNumberedEvent(name, sent(name, seq, fields).payload);
  if (read === null) throw new Error(`${name} ${seq} has no number`);
  return read;
}

/** Folds events that follow one another. */
export function foldAll(view: CallView, events: readonly NumberedEvent[]): CallView {
  return events.reduce((before, one) => {
    const result = fold(before, one);
    if (!("view" in result)) throw new Error(`event ${one.seq} does not follow ${before.rev}`);
    return result.view;
  }, view);
}

/** A log of a call, and what the server would answer at each moment. */
export interface CallLog {
  readonly sent: readonly ReturnType<typeof sent>[];
  /** The call at a `rev`. */
  at(rev: number): CallBody;
  /** The log after `lastSeq` up to `rev`. */
  after(lastSeq: number, rev: number): LoggedEvent[];
  readonly last: number;
}

/** A log of `length` events that only the random numbers decide: the fold must be right for any. */
export function randomLog(random: () => number, length: number): CallLog {
  const events = Array.from({ length }, (_, index) => randomEvent(random, index + 2));
  const views = [viewOfCall(startedCall())];
  for (const { name, payload } of events) {
    const before = views.at(-1);
    const read = readNumberedEvent(name, payload);
    if (before !== undefined && read !== null) views.push(foldAll(before, [read]));
  }
  return {
    sent: events,
    at: (rev) => bodyOf(views[rev - 1]),
    after: (lastSeq, rev) =>
      events
        .filter(({ payload }) => payload.seq > lastSeq && payload.seq <= rev)
        .map(({ name, payload }) => ({ seq: payload.seq, name, at: payload.at, payload })),
    last: length + 1,
  };
}

function randomEvent(random: () => number, seq: number) {
  const of = <T>(choices: readonly [T, ...T[]]): T =>
    choices[Math.floor(random() * choices.length)] ?? choices[0];
  const userId = of(["ann", "bob", "cid", "dora"]);
  const mediaState = {
    audioEnabled: random() < 0.5,
    videoEnabled: random() < 0.5,
    screenSharing: random() < 0.3,
  };
  const role = of(["member", "guest", "co-host", "a-role-of-tomorrow"]);
  const device = random() < 0.5 ? { deviceId: of(["tab-1", "tab-2"]) } : {};
  const make = of([
    () => sent("call:ringing", seq, { userId, busy: random() < 0.5 }),
    () => sent("call:accepted", seq, { userId, ...names(userId), startedAt: moment(seq) }),
    () => sent("call:participant-joined", seq, { userId, ...names(userId), role, mediaState, ...device }),
    () => sent("call:participant-joined", seq, { userId, ...names(userId), role, mediaState, ...device }),
    () => sent("call:rejected", seq, { userId, reason: "declined" }),
    () => sent("call:missed", seq, { userIds: [userId, "bob"], reason: "timeout" }),
    () => sent("call:media-state-changed", seq, { userId, mediaState }),
    () => sent("call:participant-updated", seq, { userId, ...names(userId), status: "invited", role }),
    () => sent("call:participant-reconnecting", seq, { userId, until: moment(seq + 30) }),
    () => sent("call:participant-reconnected", seq, { userId, ...device }),
    () => sent("call:participant-left", seq, { userId, reason: of(["left", "connection-lost"]) }),
    () => sent("call:host-changed", seq, { host: userId, previousHost: "ann" }),
    () => sent("call:topology-changed", seq, { topology: of(["mesh", "upgrading", "sfu", "downgrading"]) }),
    () => sent("call:hand-changed", seq, { userId, raisedAt: random() < 0.5 ? moment(seq) : null }),
    () => sent("call:cancelled", seq, { by: userId }),
    () => sent("call:event-of-tomorrow", seq, { userId }),
    () => sent("call:ended", seq, { reason: "ended-by-user", endedBy: userId, status: "ended", duration: 9 }),
  ]);
  return make();
}

function names(userId: string) {
  return { userName: userId, userIdentifier: `${userId}@example.com` };
}

/** The snapshot that the server would send of a view. */
function bodyOf(view: CallView | undefined): CallBody {
  if (view === undefined) throw new Error("no such rev");
  const { callId, conversationId, whole: _, participants, ...rest } = view;
  return {
    ...rest,
    id: callId,
    conversationId: conversationId ?? "",
    sfuRoomId: null,
    recordingUrl: null,
    qualityStats: null,
    createdAt: moment(0),
    participants: participants.map(({ quality, deviceId, ...one }) => ({
      ...one,
      connectionQuality: quality?.grade ?? null,
      ...(deviceId === null ? {} : { deviceId }),
    })),
  };
}
