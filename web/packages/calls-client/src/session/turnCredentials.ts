// Relay servers for a call: fetched while it rings, renewed before they run out.

import type { Clock } from "../clock.js";
import { CallError, RELAY_UNAVAILABLE_MESSAGE, TURN_EXPIRED_MESSAGE } from "../errors.js";
import type { Restart } from "../peer/link.js";
import type { Signalling } from "../signalling/signalling.js";
import type {
  AckError,
  ConfigResponse,
  IceTransport,
  TurnCredentialsBody,
  TurnCredentialsResponse,
} from "../wire/index.js";

/** New credentials come at this part of their life, so that none runs out in use. */
const RENEW_AT = 0.8;

/** After a failure it is tried again by then, for as long as the call lasts. */
const AGAIN_MS = 10_000;

/** What is left of a short life is enough for several attempts; more often than this asks nobody. */
const SOONEST_MS = 1_000;

/** A connection does not wait longer than this for credentials: it begins without and gets them later. */
const PATIENCE_MS = 1_500;

/** What the credentials of a call are made of. */
export interface TurnOptions {
  readonly signalling: Signalling;
  readonly clock: Clock;
  readonly config: () => ConfigResponse | null;
  /** The server's clock minus this device's, in milliseconds. */
  readonly clockOffset: () => number;
  /** Which candidates may be used; null for what the server says. */
  readonly policy: () => IceTransport | null;
  /** Relay servers of the product's own. */
  readonly given: () => TurnCredentialsBody | null;
  /** Other servers, or another policy: connections take them over. */
  readonly changed: (configuration: RTCConfiguration, restart: Restart) => void;
  /** No relay is to be had where one is needed; null when there is one again. */
  readonly failed: (error: CallError | null) => void;
}

interface Held {
  readonly credentials: TurnCredentialsBody;
  /** On this device's clock, in milliseconds; null when they do not say. */
  readonly expiresAtMs: number | null;
}

/** Owns the ICE servers of one call. */
export class TurnCredentials {
  readonly #options: TurnOptions;
  #held: Held | null = null;
  #callId = "";
  #first: Promise<void> | null = null;
  #fetching: Promise<void> | null = null;
  /** Why the last attempt failed. */
  #failure: CallError | null = null;
  #error: CallError | null = null;
  /** Only relays may be used since there was none: connections that run change over when there is one. */
  #owed = false;
  #closed = false;
  #cancelRenewal: () => void = () => {};
  #cancelExpiry: () => void = () => {};

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  /** Fetches; later calls do nothing. Resolves when there are credentials, none are to be had, or it takes too long. */
  prepare(callId: string): Promise<void> {
    this.#callId = callId;
    if (this.#held === null && this.#first === null) this.#takeGiven();
    if (this.#held !== null && this.#first === null) return Promise.resolve();
    this.#first ??= this.#fetch();
    let cancel = (): void => {};
    const patience = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(PATIENCE_MS, resolve);
    });
    return Promise.race([this.#first, patience]).finally(() => cancel());
  }

  /** For new RTCPeerConnections. An empty list of addresses would throw, so there is none. */
  configuration(): RTCConfiguration {
    const ice = this.#options.config()?.ice;
    const iceServers: RTCIceServer[] = [];
    if (ice !== undefined && ice.stunUrls.length > 0) iceServers.push({ urls: ice.stunUrls });
    const credentials = this.#held?.credentials;
    if (credentials !== undefined && credentials.urls.length > 0) iceServers.push(credentials);
    return { iceServers, iceTransportPolicy: this.#policy(), bundlePolicy: "max-bundle" };
  }

  /** Another policy holds from now on, for connections that run too. */
  policyChanged(): void {
    if (this.#closed) return;
    const relay = this.#policy() === "relay";
    this.#owed = relay && !this.#usable();
    this.#tell();
    // Without a relay there would be no way, and what runs would break for nothing.
    this.#options.changed(this.configuration(), this.#owed ? "broken" : relay ? "anew" : "all");
  }

  /** Signalling is back: what failed for want of it is tried at once. */
  signallingBack(): void {
    if (this.#failure?.name === "Unreachable" && !this.#closed) void this.#fetch();
  }

  close(): void {
    this.#closed = true;
    this.#cancelRenewal();
    this.#cancelExpiry();
  }

  #policy(): IceTransport {
    return this.#options.policy() ?? this.#options.config()?.ice.transportPolicy ?? "all";
  }

  /** The product's own, unless they have run out: a page may have been open for longer than they live. */
  #takeGiven(): void {
    const { clock, clockOffset, given } = this.#options;
    const credentials = given();
    if (credentials === null) return;
    const expiry = expiryOf(credentials.username);
    const expiresAtMs = expiry === null ? null : expiry - clockOffset();
    if (expiresAtMs === null || expiresAtMs > clock.now()) this.#hold({ credentials, expiresAtMs });
  }

  #hold(held: Held): void {
    const { clock } = this.#options;
    this.#held = held;
    this.#cancelExpiry();
    this.#cancelRenewal();
    if (held.expiresAtMs === null) return;
    const life = held.expiresAtMs - clock.now();
    this.#again(life * RENEW_AT);
    this.#cancelExpiry = clock.after(timer(life), () => this.#tell());
  }

  /** One request at a time; who asks meanwhile gets the same. */
  #fetch(): Promise<void> {
    this.#cancelRenewal();
    this.#fetching ??= this.#ask().finally(() => {
      this.#fetching = null;
    });
    return this.#fetching;
  }

  async #ask(): Promise<void> {
    const { signalling } = this.#options;
    try {
      const answer = await signalling.request("call:turn-credentials", { callId: this.#callId });
      if (!this.#closed) this.#take(answer);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (!this.#closed) this.#failed(error);
    }
  }

  #take({ credentials, ttl }: TurnCredentialsResponse): void {
    const { clock, changed } = this.#options;
    const before = this.#held?.credentials.urls.join() ?? "";
    this.#hold({ credentials, expiresAtMs: clock.now() + ttl * 1000 });
    this.#failure = null;
    this.#tell();
    // An allocation lives on with the credentials it was made with: relays refresh it after these have run out.
    const same = before === credentials.urls.join();
    const restart = this.#owed ? "anew" : same ? "broken" : "relayed";
    this.#owed = false;
    changed(this.configuration(), restart);
  }

  #failed(error: CallError): void {
    this.#failure = error;
    this.#tell();
    // A server without a relay has none a moment later either: host candidates have to do.
    if (error.refusal?.code !== "turn_not_configured") this.#again(this.#pause(error.refusal));
  }

  #again(ms: number): void {
    this.#cancelRenewal();
    this.#cancelRenewal = this.#options.clock.after(timer(ms), () => void this.#fetch());
  }

  /** Until the next attempt: as the server asks, or soon enough for several before the credentials run out. */
  #pause(refusal: AckError | null): number {
    const asked = (refusal?.retryAfter ?? 0) * 1000;
    if (asked > 0) return asked;
    const left = (this.#held?.expiresAtMs ?? 0) - this.#options.clock.now();
    return left > 0 ? Math.min(AGAIN_MS, Math.max(SOONEST_MS, left / 4)) : AGAIN_MS;
  }

  #usable(): boolean {
    const expiresAtMs = this.#held?.expiresAtMs ?? Number.POSITIVE_INFINITY;
    return this.#held !== null && expiresAtMs > this.#options.clock.now();
  }

  /** Says what stands in the way, when it is something else than before. */
  #tell(): void {
    const name = this.#trouble();
    if (name === (this.#error?.name ?? null)) return;
    const recover = async (): Promise<void> => {
      await this.#fetch();
      if (this.#error !== null) throw this.#error;
    };
    const message = name === "TurnExpired" ? TURN_EXPIRED_MESSAGE : RELAY_UNAVAILABLE_MESSAGE;
    this.#error = name === null ? null : new CallError(name, message, { cause: this.#failure, recover });
    this.#options.failed(this.#error);
  }

  /** While they are good, or the first answer is awaited, all is well; without a relay only where one is needed. */
  #trouble(): "TurnExpired" | "RelayUnavailable" | null {
    if (this.#failure === null || this.#usable()) return null;
    if (this.#held !== null) return "TurnExpired";
    return this.#policy() === "relay" ? "RelayUnavailable" : null;
  }
}

/** When credentials of the usual scheme (`<unix expiry>:…`) run out, in milliseconds on the server's clock. */
function expiryOf(username: string): number | null {
  const [, seconds] = /^(\d{9,11})(?::|$)/.exec(username) ?? [];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

/** Timers hold at most 2^31 ms. */
function timer(ms: number): number {
  return Math.min(Math.max(0, ms), 0x7fff_ffff);
}
