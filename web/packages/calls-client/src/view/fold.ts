// How each state event changes the view of a call (spec/calls/README.md "Folding").

import type { ParticipantUpdatedEvent, ServerEvents } from "../wire/index.js";
import { type CallView, initialMediaState, type ParticipantView } from "./callView.js";
import { kept, keptList } from "./identity.js";
import type { NumberedEvent, StateChange } from "./numberedEvent.js";

/** What became of an event. */
export type FoldResult =
  /** It is in the view now. */
  | { readonly view: CallView }
  /** Events are missing before it, or it cannot be read: ask for a snapshot. */
  | { readonly gap: true }
  /** The view has it already. */
  | { readonly duplicate: true };

/**
 * Takes the next event into the view. An event of a name that is not known counts, and changes nothing. The
 * view that was given stays as it is, and so does the object of everybody whom the event does not concern.
 */
export function fold(view: CallView, event: NumberedEvent): FoldResult {
  if (event.seq <= view.rev) return { duplicate: true };
  if (event.seq !== view.rev + 1 || event.unreadable) return { gap: true };
  const changed = event.change === null ? view : change(view, event.change, event.at);
  return { view: { ...changed, rev: event.seq } };
}

function change(view: CallView, { name, payload }: StateChange, at: string): CallView {
  switch (name) {
    case "call:ringing":
      return {
        ...edit(view, payload.userId, { status: "ringing", busy: payload.busy }),
        status: view.status === "initiated" ? "ringing" : view.status,
      };
    case "call:accepted":
      return { ...view, status: "active", startedAt: payload.startedAt };
    case "call:participant-joined":
      return joined(view, payload, at);
    case "call:rejected":
      return edit(view, payload.userId, { status: "rejected" });
    case "call:missed":
      return payload.userIds.reduce((so, userId) => edit(so, userId, { status: "missed" }), view);
    case "call:media-state-changed":
      return edit(view, payload.userId, { mediaState: payload.mediaState });
    case "call:participant-updated":
      return updated(view, payload);
    case "call:participant-reconnecting":
      return edit(view, payload.userId, { reconnectingUntil: payload.until, connection: "reconnecting" });
    case "call:participant-reconnected":
      return edit(view, payload.userId, {
        reconnectingUntil: null,
        connection: "connected",
        deviceId: payload.deviceId ?? null,
      });
    case "call:participant-left":
      return editWith(view, payload.userId, (one) => ({
        ...gone(one),
        leftReason: payload.reason,
        // Who had declined or missed the call was never in it to leave it; they are only kept out from now on.
        leftAt: ["joined", "ringing", "invited"].includes(one.status) ? at : one.leftAt,
      }));
    case "call:host-changed":
      return {
        ...edit(edit(view, payload.previousHost, { role: "member" }), payload.host, { role: "host" }),
        host: payload.host,
      };
    case "call:topology-changed":
      return { ...view, topology: payload.topology };
    case "call:hand-changed":
      return edit(view, payload.userId, { handRaisedAt: payload.raisedAt });
    case "call:ended":
      return ended(view, payload, at);
    case "call:incoming":
    case "call:cancelled":
      return view;
  }
}

function joined(view: CallView, event: ServerEvents["call:participant-joined"], at: string): CallView {
  const { userId, userName, userIdentifier, role, mediaState, deviceId = null } = event;
  return editWith(added(view, event), userId, (one) => ({
    userName,
    userIdentifier,
    role,
    mediaState,
    deviceId,
    status: "joined",
    connection: "connected",
    reconnectingUntil: null,
    joinedAt: one.joinedAt ?? at,
    leftAt: null,
    leftReason: null,
  }));
}

function updated(view: CallView, event: ParticipantUpdatedEvent): CallView {
  const { userId, userName, userIdentifier, status, role } = event;
  return edit(added(view, event), userId, { userName, userIdentifier, status, role });
}

function ended(view: CallView, event: ServerEvents["call:ended"], at: string): CallView {
  return {
    ...view,
    status: event.status,
    endReason: event.reason,
    endedBy: event.endedBy,
    endedAt: at,
    // The event says 0 for a call that was never answered, the snapshot nothing.
    duration: view.startedAt === null ? null : event.duration,
    participants: view.participants.map((one) =>
      one.status === "joined"
        ? {
            ...one,
            ...gone(one),
            leftAt: at,
            leftReason: one.userId === event.endedBy ? "left" : "call-ended",
          }
        : one,
    ),
  };
}

/** What leaving does to a participant, whatever the reason. */
function gone(one: ParticipantView): Partial<ParticipantView> {
  const mediaState = one.mediaState.screenSharing
    ? { ...one.mediaState, screenSharing: false }
    : one.mediaState;
  return {
    status: "left",
    connection: null,
    reconnectingUntil: null,
    deviceId: null,
    handRaisedAt: null,
    mediaState,
  };
}

/** The view with this person in it: who is new comes at the end. */
function added(
  view: CallView,
  { userId, userName, userIdentifier }: Pick<ParticipantView, "userId" | "userName" | "userIdentifier">,
): CallView {
  if (view.participants.some((one) => one.userId === userId)) return view;
  const newcomer: ParticipantView = {
    userId,
    userName,
    userIdentifier,
    status: "invited",
    role: "member",
    joinedAt: null,
    leftAt: null,
    leftReason: null,
    mediaState: initialMediaState(view.type),
    connection: null,
    reconnectingUntil: null,
    handRaisedAt: null,
    quality: null,
    busy: false,
    deviceId: null,
  };
  return { ...view, participants: [...view.participants, newcomer] };
}

/** Changes fields of one person; nobody when they are not in the call. */
function edit(view: CallView, userId: string, fields: Partial<ParticipantView>): CallView {
  return editWith(view, userId, () => fields);
}

function editWith(
  view: CallView,
  userId: string,
  fieldsOf: (one: ParticipantView) => Partial<ParticipantView>,
): CallView {
  const participants = view.participants.map((one) => {
    if (one.userId !== userId) return one;
    const next = { ...one, ...fieldsOf(one) };
    return kept(one, { ...next, mediaState: kept(one.mediaState, next.mediaState) });
  });
  return { ...view, participants: keptList(view.participants, participants) };
}
