// What a user interface sees of a call and of the client: the values of the two stores.

import type { CallError } from "./errors.js";
import type {
  CallType,
  Capability,
  ConfigResponse,
  Connection,
  ConnectionQuality,
  EndReason,
  HistoryEntry,
  MediaState,
  ParticipantBody,
  ParticipantStatus,
  QualityCause,
  Role,
  StopReason,
  Topology,
  User,
} from "./wire/index.js";

/** Where the own side of a call is. */
export type Phase =
  /** The request to start, answer, join or resume is on its way. */
  | "starting"
  /** Called, nobody has answered yet. */
  | "ringing"
  /** Answered; no media has arrived yet. */
  | "connecting"
  /** Media flows, or one is alone in a group call. */
  | "active"
  /** It did flow, and is being brought back. */
  | "reconnecting"
  /** Over, for this device at least; see `ended`. */
  | "ended";

/** The resolution to send and receive at most; `audio-only` stops video both ways. */
export type QualityChoice = "auto" | "720p" | "480p" | "240p" | "audio-only";

/** A microphone or a camera of this device. */
export interface SourceState {
  /** What the person wants; survives everything. */
  readonly wanted: boolean;
  /** `on`: captured and sent when in a call. `failed`: wanted, but see `error`. */
  readonly status: "off" | "starting" | "on" | "failed";
  /** Why it is not there. Kept until it works, or is no longer wanted. */
  readonly error: CallError | null;
  /** The chosen device; null for the browser's default. */
  readonly deviceId: string | null;
  /** The captured track, for the self view; null while there is none. */
  readonly track: MediaStreamTrack | null;
}

/** The shared screen of this device. */
export interface ScreenState {
  readonly status: "off" | "starting" | "on";
  readonly error: CallError | null;
  readonly track: MediaStreamTrack | null;
  /** Whether its sound is shared too. */
  readonly audio: boolean;
}

/** One input or output device. */
export interface Device {
  readonly deviceId: string;
  readonly kind: "audioinput" | "videoinput" | "audiooutput";
  /** Empty while the browser hides labels. */
  readonly label: string;
}

/** What this device captures. */
export interface LocalState {
  readonly microphone: SourceState;
  readonly camera: SourceState;
  readonly screen: ScreenState;
  /** What is plugged in. */
  readonly devices: readonly Device[];
  /** The chosen loudspeaker; null for the default. */
  readonly speakerId: string | null;
}

/** The measurements of one media connection over the last three seconds. Null: not known. */
export interface LinkStats {
  readonly rttMs: number | null;
  /** The worse of both ways, audio as heard by the jitter buffer, video after retransmission. */
  readonly lossPercent: number | null;
  /** What the link could carry out. */
  readonly availableKbps: number | null;
  readonly jitterMs: number | null;
  readonly audio: { readonly sendKbps: number; readonly receiveKbps: number; readonly codec: string | null };
  readonly video: {
    readonly sendKbps: number;
    readonly receiveKbps: number;
    readonly codec: string | null;
    readonly sent: VideoSize | null;
    readonly received: VideoSize | null;
    /** Why the sent video is smaller than wanted (W3C `qualityLimitationReason`). */
    readonly limitedBy: "none" | "cpu" | "bandwidth" | "other";
  };
  readonly path: MediaPath | null;
}

/** Size and frame rate of a video. */
export interface VideoSize {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

/** How the packets travel. */
export interface MediaPath {
  readonly kind: "direct" | "relay";
  readonly protocol: "udp" | "tcp" | "tls";
}

/** A grade and what is the worst about it. */
export interface Quality {
  readonly grade: ConnectionQuality;
  readonly cause: QualityCause | null;
}

/** The media connection with one other participant. */
export interface LinkState {
  readonly status: "connecting" | "connected" | "interrupted" | "failed";
  readonly stats: LinkStats | null;
  readonly error: CallError | null;
}

/** Why a picture that could be shown is not: the network, nobody looks, or its sender has stopped it. */
export type PausedBy = "bandwidth" | "hidden" | "sender";

/** One person in the call, oneself included. The object is the same until something about them changed. */
export interface ParticipantState {
  readonly userId: string;
  readonly userName: string;
  readonly userIdentifier: string;
  readonly isSelf: boolean;
  readonly status: ParticipantStatus;
  readonly role: Role;
  /** As last acknowledged by the server; of oneself as wanted. */
  readonly mediaState: MediaState;
  /** Their signalling; null unless joined. */
  readonly connection: Connection | null;
  /** They were in another call when they were called. */
  readonly busy: boolean;
  /** As they report it; of oneself as measured. */
  readonly quality: Quality | null;
  /** The own media connection with them; null for oneself and before they joined. */
  readonly link: LinkState | null;
  /** What arrives from them (of oneself: what is captured). */
  readonly audioTrack: MediaStreamTrack | null;
  /** `screenTrack`, or else `cameraTrack`. */
  readonly videoTrack: MediaStreamTrack | null;
  /** Their camera. In a mesh a shared screen takes its place. Null when they send none. */
  readonly cameraTrack: MediaStreamTrack | null;
  /** Their screen while `mediaState.screenSharing`. */
  readonly screenTrack: MediaStreamTrack | null;
  /** Why no frames of the camera come; null while they do, or should. */
  readonly cameraPaused: PausedBy | null;
  /** The same of the screen. */
  readonly screenPaused: PausedBy | null;
  /** One of the call's `speakers`. */
  readonly speaking: boolean;
  /** When they raised their hand, on this device's clock in milliseconds since the epoch; null: it is down. */
  readonly handRaisedAtMs: number | null;
  /** Their place among the raised hands, from 1. */
  readonly handOrder: number | null;
  /** How loud they are played here, 0 to 1. */
  readonly volume: number;
}

/** A short sign of somebody, seen for three seconds. */
export interface Reaction {
  readonly id: string;
  readonly userId: string;
  /** Usually an emoji; at most 32 bytes. */
  readonly reaction: string;
  /** When it came, on this device's clock in milliseconds since the epoch. */
  readonly atMs: number;
}

/** A picture that is on the screen. */
export interface ShownTile {
  readonly userId: string;
  readonly source: "camera" | "screen";
  /** In device pixels, of at most two for a CSS pixel. */
  readonly width: number;
  readonly height: number;
  readonly pinned?: boolean;
}

/** How and why the call is over. */
export interface Ended {
  /** Words that are not listed may come. */
  readonly reason: EndReason | StopReason | "refused" | "left" | (string & {});
  /** Who ended it; null for nobody. */
  readonly endedBy: string | null;
  /** Whole seconds since the first answer; 0 when never answered. */
  readonly durationSeconds: number;
  /** What stood in the way, when it could not be started. */
  readonly error: CallError | null;
  /** The call goes on for others, and may be joined again. */
  readonly joinable: boolean;
}

/** What the person should know now. User interfaces show one at a time, the first of the list. */
export interface Notice {
  readonly id: string;
  readonly kind:
    | "signalling-lost"
    | "media-lost"
    | "weak-network"
    | "audio-blocked"
    | "microphone-failed"
    | "camera-failed"
    | "screen-failed"
    | "device-changed"
    | "muted-by-host"
    /** Somebody asks oneself to speak; `userId` says who. */
    | "unmute-requested"
    /** Media through the server does not come about. */
    | "sfu-unreachable"
    | "turn-unavailable"
    | "request-failed";
  readonly error: CallError | null;
  /** Whom it is about, when not oneself. */
  readonly userId: string | null;
}

/** A call as this device lives it. */
export interface CallState {
  readonly phase: Phase;
  /** Null until the server has named it. */
  readonly callId: string | null;
  readonly conversationId: string | null;
  readonly type: CallType;
  readonly direction: "outgoing" | "incoming";
  readonly selfId: string | null;
  readonly host: string | null;
  /** A callee's device shows the call. */
  readonly rung: boolean;
  /** The first answer on this device's clock, in milliseconds since the epoch: what a timer counts from. */
  readonly startedAtMs: number | null;
  /** Everybody, oneself included, in the order of the call. */
  readonly participants: readonly ParticipantState[];
  readonly local: LocalState;
  /** What oneself may do. */
  readonly capabilities: ReadonlySet<Capability>;
  readonly signalling: "connected" | "reconnecting";
  /** The worst of all own media connections. */
  readonly quality: Quality | null;
  readonly qualityChoice: QualityChoice;
  /** How media travels now: between the participants, through the server, or on the way from one to the other. */
  readonly topology: Topology;
  /** Who is speaking, the loudest first; empty in a call without the server's media. */
  readonly speakers: readonly string[];
  /** Those of the last three seconds, the oldest first. */
  readonly reactions: readonly Reaction[];
  /** Most urgent first. */
  readonly notices: readonly Notice[];
  readonly ended: Ended | null;
}

/** What a person does in a call. */
export type Intent =
  | { readonly type: "set-microphone"; readonly enabled: boolean }
  | { readonly type: "set-camera"; readonly enabled: boolean }
  | { readonly type: "share-screen"; readonly audio?: boolean }
  | { readonly type: "stop-sharing" }
  | { readonly type: "choose-device"; readonly kind: Device["kind"]; readonly deviceId: string | null }
  | { readonly type: "set-quality"; readonly quality: QualityChoice }
  /** After a click: lets the browser play what it held back. */
  | { readonly type: "hear" }
  | { readonly type: "dismiss-notice"; readonly id: string }
  /** Tries every connection and device that failed once more. */
  | { readonly type: "retry" }
  /** Goes; a direct call ends by that, one that rings is cancelled. */
  | { readonly type: "leave" }
  /** Ends the call for everybody. */
  | { readonly type: "end" }
  | { readonly type: "invite"; readonly userIds: readonly string[] }
  | { readonly type: "remove-participant"; readonly userId: string }
  | { readonly type: "mute-participant"; readonly userId: string }
  /** Asks somebody to turn their microphone on; nobody can do it for them. */
  | { readonly type: "ask-to-unmute"; readonly userId: string }
  | { readonly type: "raise-hand"; readonly raised: boolean }
  /** Somebody else's. */
  | { readonly type: "lower-hand"; readonly userId: string }
  | { readonly type: "react"; readonly reaction: string }
  /** How loud somebody is played here, 0 to 1. */
  | { readonly type: "set-volume"; readonly userId: string; readonly volume: number }
  /**
   * What is on the screen now; replaces the former list. Before the first one everybody's camera is taken at
   * 320 × 180.
   */
  | { readonly type: "show"; readonly tiles: readonly ShownTile[] };

/** Somebody calls. */
export interface Ring {
  readonly callId: string;
  readonly conversationId: string;
  readonly type: CallType;
  readonly callerId: string;
  readonly callerName: string;
  readonly callerIdentifier: string;
  readonly participants: readonly ParticipantBody[];
  /** Ring softly: one is in another call. */
  readonly soft: boolean;
  /** Show it without a sound. */
  readonly silent: boolean;
  /** The call runs already. */
  readonly running: boolean;
  /** On this device's clock, in milliseconds since the epoch; null when it does not expire by itself. */
  readonly expiresAtMs: number | null;
  readonly metadata: unknown;
}

/** Why a ring is no longer shown. */
export interface RingOver {
  readonly ring: Ring;
  readonly reason: StopReason | (string & {});
}

/** What a person sees of calls while in none. */
export interface ClientState {
  readonly connection: "connecting" | "connected" | "reconnecting" | "refused";
  /** Who this is; null until the server said so. */
  readonly self: User | null;
  readonly config: ConfigResponse | null;
  /** Oldest first. */
  readonly rings: readonly Ring[];
  /** The last ring that stopped without this device's doing. */
  readonly ringOver: RingOver | null;
  /** Missed calls not yet seen. */
  readonly missed: { readonly count: number; readonly newest: readonly HistoryEntry[] };
  /** Who is known to be online or offline. */
  readonly presence: ReadonlyMap<string, boolean>;
}
