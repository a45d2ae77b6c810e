// The public face: what a client and a session offer.

import type { ConnectivityCheck } from "./connectivity/state.js";
import type { CallSocket } from "./socket.js";
import type { CallState, ClientState, Intent } from "./state.js";
import type { Store } from "./store.js";
import type { CallType, IceTransport, RejectReason, TurnCredentialsBody } from "./wire/index.js";

/** How loud somebody is. */
export interface Levels {
  /**
   * Calls `listener` about ten times a second with the loudness of a participant, 0 to 1; `self` is the own
   * microphone. Returns the function that stops it.
   */
  subscribe(userId: string, listener: (level: number) => void): () => void;
}

/** One call on this device. */
export interface CallSession {
  readonly store: Store<CallState>;
  readonly levels: Levels;
  /** Does what a person asked for. Rejects with a {@link CallError} that also shows in the state. */
  dispatch(intent: Intent): Promise<void>;
  /** Resolves when the call is over for this device. */
  readonly finished: Promise<void>;
}

/** What to begin with; kept from the last choice when left out. */
export interface MediaChoice {
  readonly audio?: boolean;
  readonly video?: boolean;
}

/** Whom to call. */
export interface StartOptions extends MediaChoice {
  readonly conversationId: string;
  readonly type?: CallType;
  /** All other members when left out. */
  readonly participantIds?: readonly string[];
  /** At most 4 KiB as JSON. */
  readonly metadata?: unknown;
  /** The same key again gives the same call. */
  readonly idempotencyKey?: string;
}

/** How to answer. */
export interface AnswerOptions extends MediaChoice {
  /** Take the call over from another device of one's own. */
  readonly takeOver?: boolean;
}

/** Capture that outlives screens: a preview before the call, handed over to it. */
export interface LocalPreview {
  readonly store: Store<import("./state.js").LocalState>;
  readonly levels: Levels;
  setMicrophone(enabled: boolean): Promise<void>;
  setCamera(enabled: boolean): Promise<void>;
  chooseDevice(kind: "audioinput" | "videoinput" | "audiooutput", deviceId: string | null): Promise<void>;
  /** Asks for the labels of devices, which browsers show after a permission only. */
  refreshDevices(): Promise<void>;
  /** Lets go of camera and microphone, unless a call uses them. */
  stop(): void;
}

/** Calls over one socket. */
export interface CallClient {
  readonly store: Store<ClientState>;
  /** The call this device is in; null in none. An ended one stays until {@link dismiss} or the next. */
  readonly session: Store<{ readonly current: CallSession | null }>;
  /** Capture before a call. */
  readonly preview: LocalPreview;
  /** Calls. Ends with `ended.error` in the state when it is refused. */
  start(options: StartOptions): CallSession;
  /** Answers a ring, or joins a running call. A call this device is in is left first. */
  answer(callId: string, options?: AnswerOptions): CallSession;
  /** Declines a ring. */
  decline(callId: string, reason?: RejectReason): Promise<void>;
  /** Takes the seat of before a page reload; null when there was none, or it is gone. */
  resume(): Promise<CallSession | null>;
  /**
   * Which candidates connections may use from now on, in a running call too: `relay` hides one's address from the
   * others, null leaves it to the server. Without a relay the call says so by a notice (`RelayUnavailable`).
   */
  setIceTransportPolicy(policy: IceTransport | null): void;
  /**
   * Tries the socket, the clock, STUN and the relays, and looks at what the page may use; asks the person nothing.
   * Begins at once; use it outside of a call, whose devices and connections it leaves alone.
   */
  checkConnectivity(): ConnectivityCheck;
  /** Forgets a session that has ended, or a ring that is over. */
  dismiss(): void;
  /** Stops listening and lets go of devices; the call is not left. */
  dispose(): void;
}

/** What a client is made of. */
export interface CallClientOptions {
  readonly socket: CallSocket;
  /** Gives a fresh access token; used when the server says that the one in use runs out. */
  readonly getToken?: () => string | Promise<string>;
  /** Relay servers of one's own; null asks the server. Called for each call. */
  readonly credentials?: () => TurnCredentialsBody | null;
  /** `relay` hides one's address from the others; as the server's policy says when null or left out. */
  readonly iceTransportPolicy?: IceTransport | null;
  /** Play the others' sound. True when left out; without it the caller plays the tracks. */
  readonly playAudio?: boolean;
  /** Where the seat is remembered over a reload; `sessionStorage` when left out, null for nowhere. */
  readonly storage?: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
}
