// The people of a call as a user interface shows them: the server's view joined with what arrives here.

import type { Incoming } from "../peer/link.js";
import type { LinkState, LocalState, ParticipantState, Phase, Quality } from "../state.js";
import type { CallView, ParticipantView } from "../view/index.js";
import type { MediaState } from "../wire/index.js";

/** A media connection as far as it shows. */
export interface LinkFacts {
  readonly state: LinkState;
  readonly incoming: Incoming;
  readonly everConnected: boolean;
}

/** What the list is made of. */
export interface ParticipantSources {
  readonly view: CallView;
  readonly selfId: string | null;
  readonly links: ReadonlyMap<string, LinkFacts>;
  readonly local: LocalState;
  readonly wanted: MediaState;
  readonly quality: Quality | null;
}

/** Everybody in the order of the call; who did not change is the same object as in `before`. */
export function participantStates(
  sources: ParticipantSources,
  before: readonly ParticipantState[],
): readonly ParticipantState[] {
  const known = new Map(before.map((one) => [one.userId, one]));
  const next = sources.view.participants.map((one) => {
    const state = one.userId === sources.selfId ? self(one, sources) : other(one, sources);
    const earlier = known.get(one.userId);
    return earlier !== undefined && alike(earlier, state) ? earlier : state;
  });
  const same = next.length === before.length && next.every((one, index) => one === before[index]);
  return same ? before : next;
}

function self(one: ParticipantView, { local, wanted, quality }: ParticipantSources): ParticipantState {
  const { screen, camera, microphone } = local;
  return {
    ...common(one),
    isSelf: true,
    mediaState: wanted,
    quality,
    link: null,
    audioTrack: microphone.track,
    videoTrack: screen.status === "on" ? screen.track : camera.track,
  };
}

function other(one: ParticipantView, { links }: ParticipantSources): ParticipantState {
  const link = links.get(one.userId);
  const { videoEnabled, screenSharing } = one.mediaState;
  return {
    ...common(one),
    isSelf: false,
    mediaState: one.mediaState,
    quality: one.quality,
    link: link?.state ?? null,
    audioTrack: link?.incoming.audio ?? null,
    videoTrack: videoEnabled || screenSharing ? (link?.incoming.video ?? null) : null,
  };
}

function common(one: ParticipantView) {
  const { userId, userName, userIdentifier, status, role, connection, busy } = one;
  return { userId, userName, userIdentifier, status, role, connection, busy };
}

function alike(a: ParticipantState, b: ParticipantState): boolean {
  const keys = Object.keys(b) as (keyof ParticipantState)[];
  return keys.every((key) => Object.is(a[key], b[key]) || (key === "mediaState" && sameMedia(a, b)));
}

function sameMedia(a: ParticipantState, b: ParticipantState): boolean {
  return sameMediaState(a.mediaState, b.mediaState);
}

/** Whether two media states say the same. */
export function sameMediaState(a: MediaState, b: MediaState): boolean {
  return (
    a.audioEnabled === b.audioEnabled &&
    a.videoEnabled === b.videoEnabled &&
    a.screenSharing === b.screenSharing
  );
}

/** What the phase is made of. */
export interface PhaseSources {
  readonly view: CallView | null;
  readonly selfId: string | null;
  readonly links: ReadonlyMap<string, LinkFacts>;
  readonly over: boolean;
}

/** Where the own side of the call is. */
export function phaseOf({ view, selfId, links, over }: PhaseSources): Phase {
  if (over) return "ended";
  if (view === null || selfId === null) return "starting";
  if (view.status === "initiated" || view.status === "ringing") return "ringing";
  const others = view.participants.filter((one) => one.userId !== selfId && one.status === "joined");
  if (others.length === 0) {
    // Accepted, and about to come in; or everybody else has left again.
    const came = view.participants.some((one) => one.userId !== selfId && one.joinedAt !== null);
    return came ? "active" : "connecting";
  }
  const facts = others.map((one) => links.get(one.userId));
  if (facts.some((one) => one?.state.status === "connected")) return "active";
  return facts.some((one) => one?.everConnected === true) ? "reconnecting" : "connecting";
}
