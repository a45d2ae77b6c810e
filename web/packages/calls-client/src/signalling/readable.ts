// Whether what came over the socket has the fields that are read of it. State events are read where they are folded.

import type { ServerEvents } from "../wire/index.js";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isTextOrAbsent: Check = (value) => value === undefined || isText(value);
const isTextOrNull: Check = (value) => value === null || isText(value);
const isCount: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isCountOrAbsent: Check = (value) => value === undefined || isCount(value);
const isFlag: Check = (value) => typeof value === "boolean";
const isFlagOrAbsent: Check = (value) => value === undefined || isFlag(value);
const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const has =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isFields(value) && Object.entries(fields).every(([name, check]) => check(value[name]));
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isCandidate: Check = (value) => value === null || has({ candidate: isText })(value);

const isMediaState = has({ audioEnabled: isFlag, videoEnabled: isFlag, screenSharing: isFlag });
const isParticipant = has({
  userId: isText,
  userName: isText,
  userIdentifier: isText,
  status: isText,
  role: isText,
  mediaState: isMediaState,
});
const signal = {
  callId: isText,
  fromUserId: isText,
  negotiationId: isCountOrAbsent,
  transport: isTextOrAbsent,
};

const CHECKS: Partial<Record<keyof ServerEvents, Check>> = {
  "call:incoming": has({
    callId: isText,
    conversationId: isText,
    type: isText,
    initiatedBy: isText,
    callerName: isText,
    callerIdentifier: isText,
    seq: isCount,
    ringTimeoutMs: isCount,
    startedAt: isTextOrNull,
    participants: listOf(isParticipant),
  }),
  "call:state": has({
    callId: isText,
    id: isText,
    conversationId: isText,
    initiatedBy: isText,
    rev: isCount,
    startedAt: isTextOrNull,
    endedAt: isTextOrNull,
    notify: isFlagOrAbsent,
    participants: listOf(isParticipant),
  }),
  "call:ring-stopped": has({ callId: isText, reason: isText }),
  "call:quality": has({ callId: isText, userId: isText, grade: isText, cause: isTextOrNull }),
  "call:offer": has({ ...signal, offer: has({ type: isText, sdp: isText }) }),
  "call:answer": has({ ...signal, answer: has({ type: isText, sdp: isText }) }),
  "call:ice-candidate": has({ ...signal, candidate: isCandidate }),
  "call:slots": has({
    callId: isText,
    rev: isCount,
    slots: listOf(
      has({ mid: isText, kind: isText, userId: isTextOrNull, source: isTextOrNull, paused: isTextOrNull }),
    ),
  }),
  "call:layers": has({ callId: isText, source: isText, rids: listOf(isText) }),
  "call:speakers": has({ callId: isText, userIds: listOf(isText) }),
  "call:reaction": has({ callId: isText, userId: isText, reaction: isText }),
  "call:unmute-requested": has({ callId: isText, byUserId: isText }),
  "call:missed-unseen": has({ count: isCount, items: listOf(isFields) }),
  "presence:changed": has({ userId: isText, online: isFlag }),
  "auth:expiring": has({ expiresAt: isTextOrAbsent }),
};

const isAboutACall = has({ callId: isText });

/** True when the payload can be used as the contract types it. */
export function isReadable<Name extends keyof ServerEvents>(
  name: Name,
  payload: unknown,
): payload is ServerEvents[Name] {
  return (CHECKS[name] ?? isAboutACall)(payload);
}
