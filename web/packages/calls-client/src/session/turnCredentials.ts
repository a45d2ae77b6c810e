// Relay servers for a call: fetched while it rings, renewed before they run out.

import type { Clock } from "../clock.js";
import { CallError, TURN_EXPIRED_MESSAGE } from "../errors.js";
import type { Signalling } from "../signalling/signalling.js";
import type { ConfigResponse, IceTransport, TurnCredentialsBody } from "../wire/index.js";

/** New credentials come at this part of their life, so that none runs out in use. */
const RENEW_AT = 0.8;

/** After a failure it is tried again by then, for as long as the call lasts. */
const AGAIN_MS = 10_000;

/** A connection does not wait longer than this for credentials: it begins without and gets them later. */
const PATIENCE_MS = 1_500;

/** What the credentials of a call are made of. */
export interface TurnOptions {
  readonly signalling: Signalling;
  readonly clock: Clock;
  readonly config: () => ConfigResponse | null;
  readonly policy: IceTransport | null;
  /** Relay servers of the product's own. */
  readonly given: () => TurnCredentialsBody | null;
  /** New credentials are there: connections take them over. */
  readonly changed: (configuration: RTCConfiguration) => void;
  /** They ran out and could not be renewed; null when they could. */
  readonly failed: (error: CallError | null) => void;
}

/** Owns the ICE servers of one call. */
export class TurnCredentials {
  readonly #options: TurnOptions;
  #credentials: TurnCredentialsBody | null = null;
  #first: Promise<void> | null = null;
  #cancel: () => void = () => {};
  #closed = false;
  #error: CallError | null = null;

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  /** Fetches; later calls do nothing. Resolves when there are credentials, none are to be had, or it takes too long. */
  prepare(callId: string): Promise<void> {
    this.#credentials ??= this.#options.given();
    if (this.#credentials !== null && this.#first === null) return Promise.resolve();
    this.#first ??= this.#fetch(callId);
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
    if (this.#credentials !== null && this.#credentials.urls.length > 0) iceServers.push(this.#credentials);
    const iceTransportPolicy = this.#options.policy ?? ice?.transportPolicy ?? "all";
    return { iceServers, iceTransportPolicy, bundlePolicy: "max-bundle" };
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #fetch(callId: string): Promise<void> {
    try {
      const answer = await this.#options.signalling.request("call:turn-credentials", { callId });
      if (this.#closed) return;
      this.#credentials = answer.credentials;
      this.#tell(null);
      this.#options.changed(this.configuration());
      this.#again(callId, answer.ttl * 1000 * RENEW_AT);
    } catch (error) {
      if (this.#closed) return;
      const refusal = error instanceof CallError ? error.refusal : null;
      // A server without a relay: host candidates have to do.
      if (refusal?.code === "turn_not_configured") return;
      if (this.#credentials !== null) {
        const recover = async (): Promise<void> => {
          await this.#fetch(callId);
          if (this.#error !== null) throw this.#error;
        };
        this.#tell(new CallError("TurnExpired", TURN_EXPIRED_MESSAGE, { cause: error, recover }));
      }
      this.#again(callId, (refusal?.retryAfter ?? 0) * 1000 || AGAIN_MS);
    }
  }

  #tell(error: CallError | null): void {
    this.#error = error;
    this.#options.failed(error);
  }

  #again(callId: string, ms: number): void {
    this.#cancel();
    // Timers hold at most 2^31 ms.
    this.#cancel = this.#options.clock.after(Math.min(ms, 0x7fff_ffff), () => void this.#fetch(callId));
  }
}
