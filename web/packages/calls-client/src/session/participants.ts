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
  /** What comes through the server; a direct connection carries one picture. */
  readonly pictures?: Pictures;
}

/** The pictures of somebody that come through the server. */
export interface Pictures extends Pick<ParticipantState, "cameraPaused" | "screenPaused"> {
  readonly camera: MediaStreamTrack | null;
  readonly screen: MediaStreamTrack | null;
}

/** What the list is made of. */
export interface ParticipantSources {
  readonly view: CallView;
  readonly selfId: string | null;
  readonly links: ReadonlyMap<string, LinkFacts>;
  readonly local: LocalState;
  readonly wanted: MediaState;
  readonly quality: Quality | null;
  readonly speakers: readonly string[];
  readonly volumes: ReadonlyMap<string, number>;
  /** The server's clock minus this device's, in milliseconds. */
  readonly clockOffset: number;
}

/** Everybody in the order of the call; who did not change is the same object as in `before`. */
export function participantStates(
  sources: ParticipantSources,
  before: readonly ParticipantState[],
): readonly ParticipantState[] {
  const known = new Map(before.map((one) => [one.userId, one]));
  const hands = raisedHands(sources.view.participants);
  const next = sources.view.participants.map((one) => {
    const media = one.userId === sources.selfId ? self(sources) : other(one, sources);
    const state = { ...common(one, sources, hands), ...media };
    const earlier = known.get(one.userId);
    return earlier !== undefined && alike(earlier, state) ? earlier : state;
  });
  const same = next.length === before.length && next.every((one, index) => one === before[index]);
  return same ? before : next;
}

type Media = Pick<
  ParticipantState,
  | "isSelf"
  | "mediaState"
  | "quality"
  | "link"
  | "audioTrack"
  | "videoTrack"
  | "cameraTrack"
  | "screenTrack"
  | "cameraPaused"
  | "screenPaused"
>;

function self({ local, wanted, quality }: ParticipantSources): Media {
  const { screen, camera, microphone } = local;
  const screenTrack = screen.status === "on" ? screen.track : null;
  return {
    isSelf: true,
    mediaState: wanted,
    quality,
    link: null,
    audioTrack: microphone.track,
    videoTrack: screenTrack ?? camera.track,
    cameraTrack: camera.track,
    screenTrack,
    cameraPaused: null,
    screenPaused: null,
  };
}

function other(one: ParticipantView, { links }: ParticipantSources): Media {
  const link = links.get(one.userId);
  const pictures = link?.pictures;
  const { videoEnabled, screenSharing } = one.mediaState;
  const direct = link?.incoming.video ?? null;
  // Between the participants a shared screen takes the camera's place.
  const screenTrack = screenSharing ? (pictures?.screen ?? direct) : null;
  const cameraTrack = videoEnabled ? (pictures?.camera ?? (screenSharing ? null : direct)) : null;
  return {
    isSelf: false,
    mediaState: one.mediaState,
    quality: one.quality,
    link: link?.state ?? null,
    audioTrack: link?.incoming.audio ?? null,
    videoTrack: screenTrack ?? cameraTrack,
    cameraTrack,
    screenTrack,
    cameraPaused: pictures?.cameraPaused ?? null,
    screenPaused: pictures?.screenPaused ?? null,
  };
}

function common(
  one: ParticipantView,
  { speakers, volumes, clockOffset }: ParticipantSources,
  hands: readonly ParticipantView[],
) {
  const { userId, userName, userIdentifier, status, role, connection, busy, handRaisedAt } = one;
  return {
    ...{ userId, userName, userIdentifier, status, role, connection, busy },
    handRaisedAtMs: handRaisedAt === null ? null : Date.parse(handRaisedAt) - clockOffset,
    handOrder: hands.indexOf(one) + 1 || null,
    speaking: speakers.includes(userId),
    volume: volumes.get(userId) ?? 1,
  };
}

/** Who has raised a hand, the first first. */
function raisedHands(participants: readonly ParticipantView[]): readonly ParticipantView[] {
  const at = (one: ParticipantView): number => Date.parse(one.handRaisedAt ?? "");
  return participants.filter((one) => one.handRaisedAt !== null).sort((one, other) => at(one) - at(other));
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
