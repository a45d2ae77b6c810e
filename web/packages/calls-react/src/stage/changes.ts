// What of two states of a call is worth saying aloud: pure.

import type { CallState, ParticipantState } from "@aethex/calls-client";

/** Something that happened; `name` is whom it is about. */
export type Change =
  | {
      readonly key:
        | "announce.joined"
        | "announce.left"
        | "announce.reconnecting"
        | "announce.back"
        | "announce.sharing"
        | "announce.handRaised"
        | "announce.handLowered"
        | "announce.sharingStopped";
      readonly name: string;
    }
  | { readonly key: "announce.reaction"; readonly name: string; readonly reaction: string }
  | {
      readonly key:
        | "announce.youShare"
        | "announce.youStopped"
        | "announce.microphoneOn"
        | "announce.microphoneOff"
        | "announce.cameraOn"
        | "announce.cameraOff"
        | "announce.mutedByHost"
        | "announce.handUp"
        | "announce.handDown"
        | "announce.connected"
        | "announce.reconnectingSelf";
    };

/** The changes from one state to the next, in the order in which they should be read out. */
export function changesBetween(before: CallState, now: CallState): readonly Change[] {
  return [
    ...phaseChanges(before, now),
    ...peopleChanges(before, now),
    ...ownChanges(before, now),
    ...reactionChanges(before, now),
  ];
}

function phaseChanges(before: CallState, now: CallState): readonly Change[] {
  if (before.phase === now.phase) return [];
  if (now.phase === "reconnecting") return [{ key: "announce.reconnectingSelf" }];
  if (now.phase === "active") return [{ key: "announce.connected" }];
  return [];
}

function peopleChanges(before: CallState, now: CallState): readonly Change[] {
  if (before.participants === now.participants) return [];
  const former = new Map(before.participants.map((one) => [one.userId, one]));
  return now.participants.flatMap((one) => {
    const was = former.get(one.userId);
    if (was === one || was === undefined) return [];
    return one.isSelf ? ownHand(was, one) : personChanges(was, one);
  });
}

function personChanges(was: ParticipantState, is: ParticipantState): readonly Change[] {
  const name = is.userName;
  if (was.status !== "joined" && is.status === "joined") return [{ key: "announce.joined", name }];
  if (was.status === "joined" && is.status !== "joined") return [{ key: "announce.left", name }];
  if (is.status !== "joined") return [];
  const changes: Change[] = [];
  if (was.connection === "connected" && is.connection === "reconnecting") {
    changes.push({ key: "announce.reconnecting", name });
  }
  if (was.connection === "reconnecting" && is.connection === "connected") {
    changes.push({ key: "announce.back", name });
  }
  if (was.mediaState.screenSharing !== is.mediaState.screenSharing) {
    changes.push({ key: is.mediaState.screenSharing ? "announce.sharing" : "announce.sharingStopped", name });
  }
  const raised = is.handRaisedAtMs !== null;
  if ((was.handRaisedAtMs !== null) !== raised) {
    changes.push({ key: raised ? "announce.handRaised" : "announce.handLowered", name });
  }
  return changes;
}

function ownHand(was: ParticipantState, is: ParticipantState): readonly Change[] {
  const raised = is.handRaisedAtMs !== null;
  if ((was.handRaisedAtMs !== null) === raised) return [];
  return [{ key: raised ? "announce.handUp" : "announce.handDown" }];
}

/** While so many reactions are in the air, further ones are seen and not said: nothing else could be heard. */
const REACTIONS_SAID = 3;

function reactionChanges(before: CallState, now: CallState): readonly Change[] {
  if (before.reactions === now.reactions) return [];
  const known = new Set(before.reactions.map(({ id }) => id));
  const room = Math.max(0, REACTIONS_SAID - known.size);
  return now.reactions
    .filter(({ id, userId }) => !known.has(id) && userId !== now.selfId)
    .slice(0, room)
    .flatMap(({ userId, reaction }) => {
      const name = now.participants.find((one) => one.userId === userId)?.userName;
      return name === undefined ? [] : [{ key: "announce.reaction", name, reaction } as const];
    });
}

function ownChanges(
  { local: was, notices: old }: CallState,
  { local: is, notices }: CallState,
): readonly Change[] {
  const changes: Change[] = [];
  const muted = notices.some(
    (notice) => notice.kind === "muted-by-host" && !old.some(({ id }) => id === notice.id),
  );
  if (muted) changes.push({ key: "announce.mutedByHost" });
  else if (was.microphone.wanted !== is.microphone.wanted) {
    changes.push({ key: is.microphone.wanted ? "announce.microphoneOn" : "announce.microphoneOff" });
  }
  if (was.camera.wanted !== is.camera.wanted) {
    changes.push({ key: is.camera.wanted ? "announce.cameraOn" : "announce.cameraOff" });
  }
  const shared = was.screen.status === "on";
  const shares = is.screen.status === "on";
  if (shared !== shares) changes.push({ key: shares ? "announce.youShare" : "announce.youStopped" });
  return changes;
}
