// State events as they come from the network: checked once, typed from here on.

import { type LoggedEvent, type ServerEvents, STATE_EVENTS, type StateEventName } from "../wire/index.js";

/** A state event of any name: its number, and its payload when it could be read. */
export interface NumberedEvent {
  readonly callId: string;
  readonly seq: number;
  readonly at: string;
  /** Null for an event that this client does not know: it changes nothing that it shows. */
  readonly change: StateChange | null;
  /** The event is known but its payload is not as agreed: only a snapshot tells what it meant. */
  readonly unreadable: boolean;
}

/** A known state event with its payload. */
export type StateChange = {
  [Name in StateEventName]: { readonly name: Name; readonly payload: ServerEvents[Name] };
}[StateEventName];

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a socket event, or one of the log. Null for what carries no number: that is no state event. Words that
 * this client does not know pass; they are the server's to choose.
 */
export function readNumberedEvent(name: string, payload: unknown): NumberedEvent | null {
  if (!isFields(payload)) return null;
  const { callId, seq, at } = payload;
  if (!isText(callId) || typeof seq !== "number" || !Number.isSafeInteger(seq)) return null;
  const change = readChange(name, payload);
  const known = STATE_EVENTS.some((one) => one === name);
  return {
    callId,
    seq,
    at: isText(at) ? at : "",
    change,
    unreadable: known && (change === null || !isText(at)),
  };
}

/** Reads an entry of the log (`call:resume`, `GET /api/calls/:id/events`). */
export function readLoggedEvent(callId: string, logged: LoggedEvent): NumberedEvent | null {
  const { seq, at, name, payload } = logged;
  return readNumberedEvent(name, { ...(isFields(payload) ? payload : {}), callId, seq, at });
}

function readChange(name: string, payload: Fields): StateChange | null {
  switch (name) {
    // The call itself, and who cancelled: the events that follow say what becomes of it.
    case "call:incoming":
      return isIncoming(payload) ? { name, payload } : null;
    case "call:cancelled":
      return isCancelled(payload) ? { name, payload } : null;
    case "call:ringing":
      return isRinging(payload) ? { name, payload } : null;
    case "call:accepted":
      return isAccepted(payload) ? { name, payload } : null;
    case "call:rejected":
      return isRejected(payload) ? { name, payload } : null;
    case "call:missed":
      return isMissed(payload) ? { name, payload } : null;
    case "call:participant-joined":
      return isJoined(payload) ? { name, payload } : null;
    case "call:participant-left":
      return isLeft(payload) ? { name, payload } : null;
    case "call:participant-updated":
      return isUpdated(payload) ? { name, payload } : null;
    case "call:participant-reconnecting":
      return isReconnecting(payload) ? { name, payload } : null;
    case "call:participant-reconnected":
      return isReconnected(payload) ? { name, payload } : null;
    case "call:media-state-changed":
      return isMediaChanged(payload) ? { name, payload } : null;
    case "call:host-changed":
      return isHostChanged(payload) ? { name, payload } : null;
    case "call:topology-changed":
      return isTopologyChanged(payload) ? { name, payload } : null;
    case "call:hand-changed":
      return isHandChanged(payload) ? { name, payload } : null;
    case "call:ended":
      return isEnded(payload) ? { name, payload } : null;
    default:
      return null;
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
const isTextOrAbsent = (value: unknown): value is string | undefined => value === undefined || isText(value);
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isNamed = (one: Fields): boolean =>
  isText(one.userId) && isText(one.userName) && isText(one.userIdentifier);
const isMediaState = (value: unknown): boolean =>
  isFields(value) &&
  typeof value.audioEnabled === "boolean" &&
  typeof value.videoEnabled === "boolean" &&
  typeof value.screenSharing === "boolean";

// Each guard checks what the fold reads of the payload.
const isIncoming = (one: Fields): one is Fields & ServerEvents["call:incoming"] =>
  isText(one.conversationId) &&
  isText(one.type) &&
  isText(one.status) &&
  isText(one.initiatedBy) &&
  isText(one.host) &&
  Array.isArray(one.participants) &&
  one.participants.every((each) => isFields(each) && isNamed(each) && isMediaState(each.mediaState));
const isCancelled = (one: Fields): one is Fields & ServerEvents["call:cancelled"] => isText(one.by);
const isRinging = (one: Fields): one is Fields & ServerEvents["call:ringing"] =>
  isText(one.userId) && typeof one.busy === "boolean";
const isAccepted = (one: Fields): one is Fields & ServerEvents["call:accepted"] =>
  isText(one.userId) && isText(one.startedAt);
const isRejected = (one: Fields): one is Fields & ServerEvents["call:rejected"] =>
  isText(one.userId) && isText(one.reason);
const isMissed = (one: Fields): one is Fields & ServerEvents["call:missed"] => isTexts(one.userIds);
const isJoined = (one: Fields): one is Fields & ServerEvents["call:participant-joined"] =>
  isNamed(one) && isText(one.role) && isMediaState(one.mediaState) && isTextOrAbsent(one.deviceId);
const isLeft = (one: Fields): one is Fields & ServerEvents["call:participant-left"] =>
  isText(one.userId) && isText(one.reason);
const isUpdated = (one: Fields): one is Fields & ServerEvents["call:participant-updated"] =>
  isNamed(one) && isText(one.status) && isText(one.role);
const isReconnecting = (one: Fields): one is Fields & ServerEvents["call:participant-reconnecting"] =>
  isText(one.userId) && isText(one.until);
const isReconnected = (one: Fields): one is Fields & ServerEvents["call:participant-reconnected"] =>
  isText(one.userId) && isTextOrAbsent(one.deviceId);
const isMediaChanged = (one: Fields): one is Fields & ServerEvents["call:media-state-changed"] =>
  isText(one.userId) && isMediaState(one.mediaState);
const isHostChanged = (one: Fields): one is Fields & ServerEvents["call:host-changed"] =>
  isText(one.host) && isText(one.previousHost);
const isTopologyChanged = (one: Fields): one is Fields & ServerEvents["call:topology-changed"] =>
  isText(one.topology);
const isHandChanged = (one: Fields): one is Fields & ServerEvents["call:hand-changed"] =>
  isText(one.userId) && isTextOrNull(one.raisedAt);
const isEnded = (one: Fields): one is Fields & ServerEvents["call:ended"] =>
  isText(one.reason) && isText(one.status) && isTextOrNull(one.endedBy) && typeof one.duration === "number";
