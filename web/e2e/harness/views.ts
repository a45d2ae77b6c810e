// States as plain values, so that they can leave the page.

import type { CallError, CallState, ClientState, Quality } from "@aethex/calls-client";

/** An error without its functions. */
export interface ErrorView {
  readonly name: string;
  readonly message: string;
  readonly device: string | null;
  readonly code: string | null;
  readonly recoverable: boolean;
}

/** A track by what can be told of it. */
export interface TrackView {
  readonly id: string;
  readonly enabled: boolean;
  readonly readyState: string;
}

/** A microphone or a camera. */
export interface SourceView {
  readonly wanted: boolean;
  readonly status: string;
  readonly error: ErrorView | null;
  readonly track: TrackView | null;
}

/** One person. */
export interface ParticipantView {
  readonly userId: string;
  readonly userName: string;
  readonly isSelf: boolean;
  readonly status: string;
  readonly connection: string | null;
  readonly busy: boolean;
  readonly mediaState: {
    readonly audioEnabled: boolean;
    readonly videoEnabled: boolean;
    readonly screenSharing: boolean;
  };
  readonly quality: Quality | null;
  readonly link: {
    readonly status: string;
    readonly stats: unknown;
    readonly error: ErrorView | null;
  } | null;
  readonly audioTrack: TrackView | null;
  readonly videoTrack: TrackView | null;
  readonly cameraTrack: TrackView | null;
  readonly screenTrack: TrackView | null;
  readonly cameraPaused: string | null;
  readonly speaking: boolean;
  readonly handOrder: number | null;
}

/** A call. */
export interface StateView {
  readonly phase: string;
  readonly topology: string;
  readonly callId: string | null;
  readonly type: string;
  readonly direction: string;
  readonly rung: boolean;
  readonly startedAtMs: number | null;
  readonly participants: readonly ParticipantView[];
  readonly microphone: SourceView;
  readonly camera: SourceView;
  readonly screen: { readonly status: string; readonly audio: boolean; readonly error: ErrorView | null };
  readonly signalling: string;
  readonly quality: Quality | null;
  readonly speakers: readonly string[];
  readonly reactions: readonly string[];
  readonly notices: readonly {
    readonly id: string;
    readonly kind: string;
    readonly error: ErrorView | null;
  }[];
  readonly ended: {
    readonly reason: string;
    readonly endedBy: string | null;
    readonly durationSeconds: number;
    readonly error: ErrorView | null;
  } | null;
}

/** A client. */
export interface ClientView {
  readonly connection: string;
  readonly selfId: string | null;
  readonly rings: readonly {
    readonly callId: string;
    readonly callerId: string;
    readonly type: string;
    readonly soft: boolean;
  }[];
  readonly ringOver: { readonly callId: string; readonly reason: string } | null;
  readonly missed: number;
}

const error = (one: CallError | null): ErrorView | null =>
  one === null
    ? null
    : {
        name: one.name,
        message: one.message,
        device: one.device,
        code: one.refusal?.code ?? null,
        recoverable: one.recoverable,
      };

const track = (one: MediaStreamTrack | null): TrackView | null =>
  one === null ? null : { id: one.id, enabled: one.enabled, readyState: one.readyState };

/** A call state as plain values. */
export function plainState(state: CallState): StateView {
  const source = (one: CallState["local"]["camera"]): SourceView => ({
    wanted: one.wanted,
    status: one.status,
    error: error(one.error),
    track: track(one.track),
  });
  const { local } = state;
  return {
    phase: state.phase,
    topology: state.topology,
    callId: state.callId,
    type: state.type,
    direction: state.direction,
    rung: state.rung,
    startedAtMs: state.startedAtMs,
    participants: state.participants.map((one) => ({
      userId: one.userId,
      userName: one.userName,
      isSelf: one.isSelf,
      status: one.status,
      connection: one.connection,
      busy: one.busy,
      mediaState: one.mediaState,
      quality: one.quality,
      link:
        one.link === null
          ? null
          : { status: one.link.status, stats: one.link.stats, error: error(one.link.error) },
      audioTrack: track(one.audioTrack),
      videoTrack: track(one.videoTrack),
      cameraTrack: track(one.cameraTrack),
      screenTrack: track(one.screenTrack),
      cameraPaused: one.cameraPaused,
      speaking: one.speaking,
      handOrder: one.handOrder,
    })),
    microphone: source(local.microphone),
    camera: source(local.camera),
    screen: { status: local.screen.status, audio: local.screen.audio, error: error(local.screen.error) },
    signalling: state.signalling,
    quality: state.quality,
    speakers: state.speakers,
    reactions: state.reactions.map((one) => one.reaction),
    notices: state.notices.map((one) => ({ id: one.id, kind: one.kind, error: error(one.error) })),
    ended:
      state.ended === null
        ? null
        : {
            reason: state.ended.reason,
            endedBy: state.ended.endedBy,
            durationSeconds: state.ended.durationSeconds,
            error: error(state.ended.error),
          },
  };
}

/** A client state as plain values. */
export function plainClient(state: ClientState): ClientView {
  return {
    connection: state.connection,
    selfId: state.self?.id ?? null,
    rings: state.rings.map((ring) => ({
      callId: ring.callId,
      callerId: ring.callerId,
      type: ring.type,
      soft: ring.soft,
    })),
    ringOver:
      state.ringOver === null ? null : { callId: state.ringOver.ring.callId, reason: state.ringOver.reason },
    missed: state.missed.count,
  };
}
