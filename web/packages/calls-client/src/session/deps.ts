// What a session is made of, and how one begins.

import type { AnswerOptions, StartOptions } from "../api.js";
import type { Clock } from "../clock.js";
import type { LocalMedia } from "../media/localMedia.js";
import type { Signalling } from "../signalling/signalling.js";
import type { CallView } from "../view/index.js";
import type { ConfigResponse, IceTransport, TurnCredentialsBody } from "../wire/index.js";
import type { Seat, SeatStorage } from "./seat.js";

/** How a session comes to its call. */
export type Opening =
  /** Call somebody. */
  | { readonly kind: "start"; readonly options: StartOptions }
  /** Answer a ring, or join a call that runs; `ring` is what was shown. */
  | {
      readonly kind: "answer";
      readonly callId: string;
      readonly options: AnswerOptions;
      readonly ring: CallView | null;
    }
  /** Take the seat of before a reload. */
  | { readonly kind: "resume"; readonly seat: Seat }
  /** Somebody else called or answered for this device; only the media is ours. */
  | { readonly kind: "attach"; readonly callId: string };

/** What surrounds a session. */
export interface SessionDeps {
  readonly signalling: Signalling;
  readonly clock: Clock;
  readonly media: LocalMedia;
  /** Who this is; asked of the server once for each socket. */
  readonly self: () => Promise<{ readonly userId: string; readonly config: ConfigResponse }>;
  readonly config: () => ConfigResponse | null;
  readonly storage: SeatStorage | null;
  /** What the person or the product chose; null for what the server says. */
  readonly iceTransportPolicy: () => IceTransport | null;
  readonly credentials: () => TurnCredentialsBody | null;
  readonly playAudio: boolean;
  readonly createConnection: (configuration: RTCConfiguration) => RTCPeerConnection;
  /** The server's clock minus this device's, in milliseconds. */
  readonly clockOffset: () => number;
  /** What must be over before this one begins. */
  readonly before: Promise<void>;
}
