// "Check my connection": tries the ways to the server and its relays, and says of each whether it works.

import type { Clock } from "../clock.js";
import { CallError } from "../errors.js";
import type { MediaEnvironment } from "../media/index.js";
import { createStore, type WritableStore } from "../store.js";
import type { TurnCredentialsBody, WhoamiResponse } from "../wire/index.js";
import { Attempt, type CreateConnection, OK, type Outcome } from "./attempt.js";
import { probeRelay, probeStun } from "./probes.js";
import { type RelayStep, relaysFor, stunServers } from "./servers.js";
import {
  type CheckedStep,
  type CheckReason,
  type CheckStep,
  type ConnectivityCheck,
  type ConnectivityState,
  newConnectivityState,
} from "./state.js";

/** Clocks may differ by so much, in milliseconds: more, and short-lived tokens and credentials begin to fail. */
const SKEW_MS = 5_000;

const RELAY_STEPS: readonly RelayStep[] = ["turn-udp", "turn-tcp", "turn-tls"];

/** What a check works with. */
export interface CheckDeps {
  readonly clock: Clock;
  /** The wall clock as the person set it, in milliseconds since the epoch. */
  readonly wallClock: () => number;
  readonly whoami: () => Promise<WhoamiResponse>;
  /** Credentials that belong to no call. */
  readonly credentials: () => Promise<TurnCredentialsBody>;
  /** Null where there is no WebRTC. */
  readonly createConnection: CreateConnection | null;
  /** The browser tells which servers it did not reach. */
  readonly tellsErrors: boolean;
  readonly queryPermission: MediaEnvironment["queryPermission"];
}

/** Begins a check. Each step takes 8 seconds at most; those after the socket run side by side. */
export function beginCheck(deps: CheckDeps): ConnectivityCheck {
  return new Check(deps);
}

class Check implements ConnectivityCheck {
  readonly store: WritableStore<ConnectivityState> = createStore(newConnectivityState());
  readonly finished: Promise<void>;
  readonly #deps: CheckDeps;
  readonly #attempts = new Set<Attempt>();
  #stopped = false;

  constructor(deps: CheckDeps) {
    this.#deps = deps;
    this.finished = this.#run().then(() => this.store.patch({ running: false }));
  }

  stop(): void {
    this.#stopped = true;
    for (const attempt of this.#attempts) attempt.end(skipped("stopped"));
  }

  async #run(): Promise<void> {
    await Promise.all([this.#device("microphone"), this.#device("camera"), this.#network()]);
  }

  async #network(): Promise<void> {
    const told: { server: WhoamiResponse | null; offsetMs: number } = { server: null, offsetMs: 0 };
    const credentials = this.#credentials();
    await this.#step("socket", async (attempt) => {
      const before = this.#deps.wallClock();
      const server = await this.#asked(attempt, this.#deps.whoami);
      told.offsetMs = Math.round(Date.parse(server.serverTime) - (before + this.#deps.wallClock()) / 2);
      told.server = server;
      attempt.end(OK);
    });
    const found = await credentials;
    const { server, offsetMs } = told;
    if (server === null || this.#stopped) {
      for (const step of ["clock", "stun", ...RELAY_STEPS] as const) this.#skip(step, "no-socket");
      return;
    }
    const skewed = Math.abs(offsetMs) > SKEW_MS;
    this.#done("clock", { ...(skewed ? failed("skewed") : OK), offsetMs }, null);
    await this.#servers(server.config.ice.stunUrls, found);
  }

  async #servers(configured: readonly string[], found: Found): Promise<void> {
    const urls = found.credentials?.urls ?? [];
    const stun = stunServers(configured, urls);
    const steps = RELAY_STEPS.map((step) => this.#relay(step, found, relaysFor(step, urls)));
    await Promise.all([...steps, this.#stun(stun)]);
  }

  async #credentials(): Promise<Found> {
    const told: { credentials: TurnCredentialsBody | null } = { credentials: null };
    const outcome = await this.#attempt(async (attempt) => {
      told.credentials = await this.#asked(attempt, this.#deps.credentials);
      attempt.end(OK);
    });
    return { ...told, outcome: outcome.status === "failed" ? failed("no-credentials") : outcome };
  }

  async #stun(urls: string[]): Promise<void> {
    if (urls.length === 0) this.#skip("stun", "not-configured");
    else if (this.#deps.createConnection === null) this.#skip("stun", "unsupported");
    else {
      const { tellsErrors } = this.#deps;
      await this.#step("stun", async (attempt) => probeStun(attempt, { urls, tellsErrors }));
    }
  }

  async #relay(step: RelayStep, { credentials, outcome }: Found, urls: string[]): Promise<void> {
    if (credentials === null) this.#done(step, outcome, null);
    else if (urls.length === 0) this.#skip(step, "not-configured");
    else if (this.#deps.createConnection === null) this.#skip(step, "unsupported");
    else {
      const message = this.#deps.clock.random().toString(36);
      await this.#step(step, async (attempt) => probeRelay(attempt, { ...credentials, urls }, message));
    }
  }

  async #device(step: "microphone" | "camera"): Promise<void> {
    const { queryPermission } = this.#deps;
    if (queryPermission === null) return this.#skip(step, "unsupported");
    try {
      const { state } = await queryPermission(step);
      const asks: Outcome = { status: "ok", reason: "asks-first" };
      this.#done(step, state === "denied" ? failed("blocked") : state === "granted" ? OK : asks, null);
    } catch {
      // Older Firefox and Safari do not know these names: the same as not telling.
      this.#skip(step, "unsupported");
    }
  }

  /** Asks the server; what it refuses is remembered for the end of the attempt. */
  async #asked<T>(attempt: Attempt, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      const refusal = error instanceof CallError ? error.refusal : null;
      if (refusal?.code === "turn_not_configured") attempt.end(skipped("not-configured"));
      else if (refusal !== null) attempt.otherwise("refused");
      throw error;
    }
  }

  async #step(step: CheckStep, work: (attempt: Attempt) => Promise<void>): Promise<void> {
    const { clock } = this.#deps;
    const startedMs = clock.now();
    const outcome = await this.#attempt(work);
    this.#done(step, outcome, outcome.status === "skipped" ? null : Math.round(clock.now() - startedMs));
  }

  async #attempt(work: (attempt: Attempt) => Promise<void>): Promise<Outcome> {
    if (this.#stopped) return skipped("stopped");
    const { clock, createConnection } = this.#deps;
    const attempt = new Attempt(clock, createConnection ?? missing);
    this.#attempts.add(attempt);
    attempt.run(() => work(attempt));
    const outcome = await attempt.outcome;
    this.#attempts.delete(attempt);
    return outcome;
  }

  #skip(step: CheckStep, reason: CheckReason): void {
    this.#done(step, skipped(this.#stopped ? "stopped" : reason), null);
  }

  #done(step: CheckStep, { status, reason, offsetMs = null }: Outcome, tookMs: number | null): void {
    const { steps } = this.store.get();
    const checked: CheckedStep = { step, status, reason, tookMs, offsetMs };
    this.store.patch({ steps: steps.map((one) => (one.step === step ? checked : one)) });
  }
}

interface Found {
  readonly credentials: TurnCredentialsBody | null;
  /** What to say of the relays without credentials. */
  readonly outcome: Outcome;
}

function failed(reason: CheckReason): Outcome {
  return { status: "failed", reason };
}

function skipped(reason: CheckReason): Outcome {
  return { status: "skipped", reason };
}

function missing(): never {
  throw new Error("there is no WebRTC in this browser");
}
