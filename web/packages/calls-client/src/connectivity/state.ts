// What a check of the connection finds, step by step: the values that a user interface words.

import type { Store } from "../store.js";

/** What is looked at, in the order in which it is shown. */
export const CHECK_STEPS = [
  /** The socket to the server: one question and its answer. */
  "socket",
  /** This device's clock against the server's. */
  "clock",
  /** Whether this page may use the microphone; nobody is asked. */
  "microphone",
  /** Whether this page may use the camera; nobody is asked. */
  "camera",
  /** STUN over UDP (RFC 8489): whether direct connections have a chance. */
  "stun",
  /** A relay over UDP: an address there, and a message through it and back. */
  "turn-udp",
  /** The same over TCP. */
  "turn-tcp",
  /** The same over TLS. */
  "turn-tls",
] as const;

/** One of {@link CHECK_STEPS}. */
export type CheckStep = (typeof CHECK_STEPS)[number];

/** How a step stands. `skipped`: there is nothing to try, see the reason. */
export type CheckStatus = "pending" | "ok" | "failed" | "skipped";

/** What there is to say beside the status. */
export type CheckReason =
  /** Failed: no answer came in time. */
  | "unreachable"
  /** Failed: the server answered, and refused. */
  | "refused"
  /** Failed: the relay gave an address, but nothing passes through it. */
  | "no-data"
  /** Failed: the server has a relay, but gave no credentials for it. */
  | "no-credentials"
  /** Failed: the clocks are too far apart. */
  | "skewed"
  /** Failed: the browser forbids the device to this page. */
  | "blocked"
  /** Ok: the browser will ask when the device is used first. */
  | "asks-first"
  /** Skipped: the installation has no such server. */
  | "not-configured"
  /** Skipped: without the socket there is nobody to ask. */
  | "no-socket"
  /** Skipped: the browser does not do or tell it. */
  | "unsupported"
  /** Skipped: the check was stopped. */
  | "stopped";

/** What came of one step. */
export interface CheckedStep {
  readonly step: CheckStep;
  readonly status: CheckStatus;
  readonly reason: CheckReason | null;
  /** How long it took, in milliseconds; null while it runs, and when it was skipped. */
  readonly tookMs: number | null;
  /** The server's clock minus this device's, in milliseconds; of the step `clock` alone. */
  readonly offsetMs: number | null;
}

/** A check as it stands. */
export interface ConnectivityState {
  readonly running: boolean;
  /** All of them, in the order of {@link CHECK_STEPS}. */
  readonly steps: readonly CheckedStep[];
}

/** What nothing is known of yet. */
export function newConnectivityState(): ConnectivityState {
  const steps = CHECK_STEPS.map((step): CheckedStep => {
    return { step, status: "pending", reason: null, tookMs: null, offsetMs: null };
  });
  return { running: true, steps };
}

/** A check under way, or done. */
export interface ConnectivityCheck {
  readonly store: Store<ConnectivityState>;
  /** Resolves when all steps are done, after 16 seconds at most. Never rejects. */
  readonly finished: Promise<void>;
  /** Ends it and lets go of everything. */
  stop(): void;
}
