// Tells the server whether microphone, camera and screen are on, the newest state last.

import type { Clock } from "../clock.js";
import { CallError } from "../errors.js";
import type { Signalling } from "../signalling/signalling.js";
import type { LocalState } from "../state.js";
import type { MediaState } from "../wire/index.js";
import { sameMediaState } from "./participants.js";

/** After a refusal that names no time. */
const AGAIN_MS = 1_000;

/** States that were sent and not yet heard of; more are never under way. */
const ECHOES = 16;

/** What it needs. */
export interface MediaStateOptions {
  readonly signalling: Signalling;
  readonly clock: Clock;
  /** What should hold. */
  readonly wanted: () => MediaState;
  /** Somebody else switched our microphone off. */
  readonly muted: () => void;
  /** The server will not have it. */
  readonly failed: (error: unknown) => void;
}

/** Only what changed is sent, one change at a time; what changed meanwhile goes with the next one. */
export class MediaStateSync {
  readonly #options: MediaStateOptions;
  /** What the server acknowledged last. */
  #told: MediaState | null = null;
  #callId: string | null = null;
  #running = false;
  #cancel: () => void = () => {};
  /** What the server will say of us by our own doing, oldest first. */
  #echoes: MediaState[] = [];

  constructor(options: MediaStateOptions) {
    this.#options = options;
  }

  /** From now on the server knows us in this call, with this state. */
  begin(callId: string, known: MediaState): void {
    this.#callId = callId;
    if (!this.#running) this.#told = known;
    this.changed();
  }

  /** Nothing more is told. */
  stop(): void {
    this.#callId = null;
    this.#cancel();
  }

  /** Something may have changed. */
  changed(): void {
    if (!this.#running) void this.#run();
  }

  /** The server says so of us. What we did not send ourselves somebody else did. */
  heard(state: MediaState): void {
    const own = this.#echoes.findIndex((one) => sameMediaState(one, state));
    if (own !== -1) {
      this.#echoes.splice(0, own + 1);
      return;
    }
    this.#told = state;
    if (!state.audioEnabled && this.#options.wanted().audioEnabled) this.#options.muted();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (await this.#step());
    } catch (error) {
      this.#echoes = [];
      const refusal = error instanceof CallError ? error.refusal : null;
      if (refusal?.retryable !== true) this.#options.failed(error);
      else if (this.#callId !== null) this.#later((refusal.retryAfter ?? 0) * 1000 || AGAIN_MS);
    } finally {
      this.#running = false;
    }
  }

  /** Sends one change. False when there is nothing more to send. */
  async #step(): Promise<boolean> {
    const callId = this.#callId;
    const told = this.#told;
    if (callId === null || told === null) return false;
    const change = difference(told, this.#options.wanted());
    if (Object.keys(change).length === 0) return false;
    this.#echoes = [...this.#echoes, { ...told, ...change }].slice(-ECHOES);
    const still = (): boolean => this.#callId === callId;
    const answer = await this.#options.signalling.insist("call:media", { callId, ...change }, still);
    if (answer === null) return false;
    const { mediaState } = answer;
    this.#told = mediaState;
    // Not ours to switch on again: somebody else switched it off while our change was on its way.
    const muted = change.audioEnabled === undefined && told.audioEnabled && !mediaState.audioEnabled;
    if (muted && this.#options.wanted().audioEnabled) this.#options.muted();
    // A server that will not have the change is not asked again for the same.
    return Object.keys(difference(mediaState, { ...mediaState, ...change })).length === 0;
  }

  #later(ms: number): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(ms, () => this.changed());
  }
}

/** What the server should say of our microphone, camera and screen. */
export function wantedOf({ microphone, camera, screen }: LocalState): MediaState {
  return {
    audioEnabled: microphone.wanted && microphone.status !== "failed",
    videoEnabled: camera.wanted && camera.status !== "failed",
    screenSharing: screen.status === "on",
  };
}

/** The fields of `wanted` that `told` says otherwise. */
function difference(told: MediaState, wanted: MediaState): Partial<MediaState> {
  return {
    ...(told.audioEnabled === wanted.audioEnabled ? {} : { audioEnabled: wanted.audioEnabled }),
    ...(told.videoEnabled === wanted.videoEnabled ? {} : { videoEnabled: wanted.videoEnabled }),
    ...(told.screenSharing === wanted.screenSharing ? {} : { screenSharing: wanted.screenSharing }),
  };
}
