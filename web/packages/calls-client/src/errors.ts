// What can go wrong in a call, as typed errors that know the way out.

import type { AckError } from "./wire/index.js";

/** The words by which errors are told apart; stable. */
export type CallErrorName =
  | "PermissionDenied"
  | "DeviceMissing"
  | "DeviceBusy"
  | "Overconstrained"
  | "IceFailed"
  | "ConnectionLost"
  | "TurnExpired"
  | "RelayUnavailable"
  | "Kicked"
  | "Full"
  | "Refused"
  | "Unreachable"
  | "Unsupported";

/** Which device an error is about. */
export type DeviceConcerned = "microphone" | "camera" | "screen" | "speaker";

/** What is known about an error beside its name. */
export interface CallErrorDetails {
  /** The device it is about. */
  device?: DeviceConcerned;
  /** The participant it is about. */
  userId?: string;
  /** What the server answered, for a refusal. */
  refusal?: AckError;
  /** The browser's own error. */
  cause?: unknown;
  /** The way out. */
  recover?: () => Promise<void>;
}

/**
 * Something went wrong. `message` is the founding message where there is one; it is for logs, what people
 * read is worded by the user interface from `name`, `device` and `refusal.code`.
 */
export class CallError extends Error {
  override readonly name: CallErrorName;
  readonly device: DeviceConcerned | null;
  readonly userId: string | null;
  readonly refusal: AckError | null;
  readonly #recover: (() => Promise<void>) | null;

  constructor(name: CallErrorName, message: string, details: CallErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = name;
    this.device = details.device ?? null;
    this.userId = details.userId ?? null;
    this.refusal = details.refusal ?? null;
    this.#recover = details.recover ?? null;
  }

  /** Whether {@link recover} does anything. */
  get recoverable(): boolean {
    return this.#recover !== null;
  }

  /**
   * Tries what helps: asks for the device again, restarts ICE, fetches new credentials, joins again.
   * Resolves when the attempt was made and worked; rejects with the error that came of it.
   */
  async recover(): Promise<void> {
    if (this.#recover === null) throw this;
    await this.#recover();
  }
}

/** The founding document's message for a device that cannot be used. */
export function mediaAccessMessage(errorName: string): string {
  return `Failed to access camera/microphone: ${errorName}`;
}

/** The founding document's message for ICE that found no way. */
export const ICE_FAILED_MESSAGE = "Connection failed with user: ICE connection failed";

/** The founding document's message for a connection that closed. */
export const CONNECTION_LOST_MESSAGE = "Connection closed with user: Connection lost";

/** The founding document's message for TURN credentials that are too old. */
export const TURN_EXPIRED_MESSAGE = "TURN credentials expired";

/** Neither UDP nor TCP finds a way to the server's media. */
export const SFU_UNREACHABLE_MESSAGE = "Connection failed with the media server";

/** Only relays may be used, and there is none. */
export const RELAY_UNAVAILABLE_MESSAGE = "No TURN server for a relay-only connection";
