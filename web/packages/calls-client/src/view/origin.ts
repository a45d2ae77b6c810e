// The first view of a call: from a snapshot, a ring, or the answer to starting or answering it.

import type {
  AnswerResponse,
  CallBody,
  CallType,
  IncomingEvent,
  InitiateResponse,
  ParticipantBody,
  StateEvent,
} from "../wire/index.js";
import type { CallView, ParticipantView } from "./callView.js";

/** What the asking side knows of a call whose answer leaves it out. */
export interface KnownOfCall {
  readonly conversationId?: string | null;
  readonly type?: CallType;
  readonly metadata?: unknown;
}

/** The view that a whole call shows. */
export function viewOfCall(body: CallBody | StateEvent): CallView {
  return {
    callId: body.id,
    conversationId: body.conversationId,
    type: body.type,
    status: body.status,
    initiatedBy: body.initiatedBy,
    host: body.host,
    topology: body.topology,
    startedAt: body.startedAt,
    endedAt: body.endedAt,
    duration: body.duration,
    endReason: body.endReason,
    endedBy: body.endedBy,
    metadata: body.metadata,
    rev: body.rev,
    whole: true,
    participants: body.participants.map(participantView),
  };
}

/** The view that a ring shows. */
export function viewOfIncoming(event: IncomingEvent): CallView {
  return {
    ...BEGINNING,
    callId: event.callId,
    conversationId: event.conversationId,
    type: event.type,
    status: event.status,
    initiatedBy: event.initiatedBy,
    host: event.host,
    topology: event.topology,
    startedAt: event.startedAt,
    metadata: event.metadata,
    rev: event.seq,
    whole: true,
    participants: event.participants.map(participantView),
  };
}

/** The view that the answer to initiate shows. It is not whole for a call that was there already. */
export function viewOfInitiate(answer: InitiateResponse, known: KnownOfCall): CallView {
  const participants = answer.participants.map(participantView);
  // Of a call that was answered or is over already (everybody is busy) the answer does not say when and why.
  const isNew = answer.merged !== true && (answer.status === "initiated" || answer.status === "ringing");
  return {
    ...BEGINNING,
    callId: answer.callId,
    conversationId: known.conversationId ?? null,
    type: known.type ?? "audio",
    status: answer.status,
    ...leaders(participants),
    topology: answer.topology,
    metadata: known.metadata ?? null,
    rev: answer.seq,
    whole: isNew && known.conversationId !== undefined && known.type !== undefined,
    participants,
  };
}

/** The view that the answer to accept or join shows; `earlier` is the ring or the view of before. */
export function viewOfAnswer(answer: AnswerResponse, earlier: CallView | KnownOfCall | null): CallView {
  const participants = answer.participants.map(participantView);
  const before = earlier !== null && "rev" in earlier ? earlier : null;
  return {
    ...BEGINNING,
    callId: answer.callId,
    conversationId: earlier?.conversationId ?? null,
    type: earlier?.type ?? "audio",
    status: answer.status,
    ...leaders(participants),
    topology: answer.topology,
    startedAt: answer.startedAt,
    metadata: earlier?.metadata ?? null,
    rev: answer.seq,
    whole: before?.whole === true && (answer.status === "active" || answer.status === "ringing"),
    participants,
  };
}

/** One person of a body. */
export function participantView(body: ParticipantBody): ParticipantView {
  return {
    userId: body.userId,
    userName: body.userName,
    userIdentifier: body.userIdentifier,
    status: body.status,
    role: body.role,
    joinedAt: body.joinedAt,
    leftAt: body.leftAt,
    leftReason: body.leftReason,
    mediaState: body.mediaState,
    connection: body.connection,
    reconnectingUntil: body.reconnectingUntil,
    handRaisedAt: body.handRaisedAt,
    quality: body.connectionQuality === null ? null : { grade: body.connectionQuality, cause: null },
    busy: body.busy,
    deviceId: body.deviceId ?? null,
  };
}

/** A call that has not ended. */
const BEGINNING = {
  startedAt: null,
  endedAt: null,
  duration: null,
  endReason: null,
  endedBy: null,
} as const;

/** The caller comes first in every list of participants; the host says so. */
function leaders(participants: readonly ParticipantView[]): Pick<CallView, "initiatedBy" | "host"> {
  const initiatedBy = participants[0]?.userId ?? "";
  return { initiatedBy, host: participants.find((one) => one.role === "host")?.userId ?? initiatedBy };
}
