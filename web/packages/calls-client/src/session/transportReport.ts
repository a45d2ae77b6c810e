// Tells the server how the direct connections are, when that is something else than before.

import type { Signalling } from "../signalling/signalling.js";
import type { Topology, TransportState } from "../wire/index.js";

/** What is known of them. */
export interface TransportFacts {
  /** Null while nothing may be told. */
  readonly callId: string | null;
  readonly topology: Topology | undefined;
  /** All of them in one word; null without any. */
  readonly state: TransportState | null;
  /** Everybody is heard on them. */
  readonly heard: boolean;
}

/** Remembers what was told last. */
export class TransportReport {
  readonly #signalling: Signalling;
  #told = "";

  constructor(signalling: Signalling) {
    this.#signalling = signalling;
  }

  /** Tells, when it is news. Each way that media takes is told of anew. */
  tell({ callId, topology, state, heard }: TransportFacts): void {
    if (callId === null || state === null) return;
    // On the way back from the server they count when the others are heard on them.
    const awaited = state === "connected" && topology === "downgrading" && !heard;
    const said = awaited ? "connecting" : state;
    const news = `${topology} ${said}`;
    if (news === this.#told) return;
    this.#told = news;
    this.#signalling.tell("call:transport-state", { callId, state: said, leg: "direct" });
  }
}
