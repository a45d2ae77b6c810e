// What the server has told about a call so far: the shape that events are folded into.

import type { Quality } from "../state.js";
import type {
  CallStatus,
  CallType,
  Connection,
  EndReason,
  LeaveReason,
  MediaState,
  ParticipantStatus,
  Role,
  Topology,
} from "../wire/index.js";

/** A call as the server tells it. Never changed in place. Times are the server's, RFC 3339. */
export interface CallView {
  readonly callId: string;
  /** Null until the server has named it; see {@link whole}. */
  readonly conversationId: string | null;
  readonly type: CallType;
  readonly status: CallStatus;
  readonly initiatedBy: string;
  readonly host: string;
  readonly topology: Topology;
  /** The first accept. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Whole seconds from the first accept to the end; null while it runs and when it was never answered. */
  readonly duration: number | null;
  readonly endReason: EndReason | null;
  readonly endedBy: string | null;
  readonly metadata: unknown;
  /** The `seq` of the newest event in it. */
  readonly rev: number;
  /** False for a view made of an answer that leaves fields out; a snapshot makes it whole. */
  readonly whole: boolean;
  /** Everybody, the caller first. An entry is the same object until something about the person changed. */
  readonly participants: readonly ParticipantView[];
}

/** One person as the server tells it. */
export interface ParticipantView {
  readonly userId: string;
  readonly userName: string;
  readonly userIdentifier: string;
  readonly status: ParticipantStatus;
  readonly role: Role;
  /** The first time they joined. */
  readonly joinedAt: string | null;
  /** The last time they left. */
  readonly leftAt: string | null;
  readonly leftReason: LeaveReason | null;
  /** Meaningful while they are joined. */
  readonly mediaState: MediaState;
  /** Null unless joined. */
  readonly connection: Connection | null;
  /** While reconnecting: when they are given up. */
  readonly reconnectingUntil: string | null;
  /** Since when their hand is up; null while it is down. */
  readonly handRaisedAt: string | null;
  /** As they last reported it; the cause is null when only the grade is known. */
  readonly quality: Quality | null;
  /** They were in another call when they were called. */
  readonly busy: boolean;
  /** The device they are in the call with; null when it has no name. */
  readonly deviceId: string | null;
}

/** The participant with this id. */
export function participantOf(view: CallView, userId: string): ParticipantView | undefined {
  return view.participants.find((one) => one.userId === userId);
}

/** What a participant sends at the beginning of a call. */
export function initialMediaState(type: CallType): MediaState {
  return { audioEnabled: true, videoEnabled: type === "video", screenSharing: false };
}
