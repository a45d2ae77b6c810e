// Tells the server whether microphone, camera and screen are on, the newest state last.

import type { Signalling } from "../signalling/signalling.js";
import type { MediaState } from "../wire/index.js";
import { sameMediaState } from "./participants.js";

/** Changes are sent one at a time; what changed meanwhile goes with the next one. */
export class MediaStateSync {
  readonly #signalling: Signalling;
  readonly #wanted: () => MediaState;
  readonly #failed: (error: unknown) => void;
  #told: MediaState | null = null;
  #callId: string | null = null;
  #running = false;

  constructor(signalling: Signalling, wanted: () => MediaState, failed: (error: unknown) => void) {
    this.#signalling = signalling;
    this.#wanted = wanted;
    this.#failed = failed;
  }

  /** Nothing is on its way: what the server says of us was not our doing. */
  get settled(): boolean {
    return !this.#running;
  }

  /** What the server acknowledged last. */
  get told(): MediaState | null {
    return this.#told;
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
  }

  /** Something may have changed. */
  changed(): void {
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (;;) {
        const callId = this.#callId;
        const wanted = this.#wanted();
        if (callId === null || this.#told === null || sameMediaState(wanted, this.#told)) return;
        const still = (): boolean => this.#callId === callId;
        const answer = await this.#signalling.insist("call:media", { callId, ...wanted }, still);
        if (answer === null) return;
        this.#told = answer.mediaState;
        if (!sameMediaState(answer.mediaState, wanted)) return;
      }
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#running = false;
    }
  }
}
