// One attempt to reach something: it ends by what it finds or by time, and leaves no connection open.

import type { Clock } from "../clock.js";
import type { CheckedStep } from "./state.js";

/** What an attempt found. */
export type Outcome = Pick<CheckedStep, "status" | "reason"> & Partial<Pick<CheckedStep, "offsetMs">>;

/** Nothing stands in the way. */
export const OK: Outcome = { status: "ok", reason: null };

/** An attempt gets so long, in milliseconds: an answer that takes longer is of no use to a call. */
export const ATTEMPT_MS = 8_000;

/** Makes connections for attempts. */
export type CreateConnection = (configuration: RTCConfiguration) => RTCPeerConnection;

/** What an attempt works with. After its end nothing it does has an effect. */
export class Attempt {
  readonly outcome: Promise<Outcome>;
  readonly #createConnection: CreateConnection;
  readonly #connections: RTCPeerConnection[] = [];
  #resolve: (outcome: Outcome) => void = () => {};
  #cancel: () => void;
  #otherwise: Outcome = { status: "failed", reason: "unreachable" };
  #over = false;

  constructor(clock: Clock, createConnection: CreateConnection) {
    this.#createConnection = createConnection;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#cancel = clock.after(ATTEMPT_MS, () => this.giveUp());
  }

  /** A connection that is closed when the attempt is over. */
  open(configuration: RTCConfiguration): RTCPeerConnection {
    const connection = this.#createConnection(configuration);
    this.#connections.push(connection);
    return connection;
  }

  /** What it is if nothing better comes; `unreachable` in the beginning. */
  otherwise(reason: Outcome["reason"]): void {
    this.#otherwise = { status: "failed", reason };
  }

  /** Nothing more will come. */
  giveUp(): void {
    this.end(this.#otherwise);
  }

  /** Runs a part of it; what the browser throws ends the attempt, and is for developers to see. */
  run(part: () => Promise<unknown>): void {
    part().catch((error: unknown) => {
      if (this.#over) return;
      console.debug("a part of the connection check failed", error);
      this.giveUp();
    });
  }

  /** Ends it with this outcome; the first one counts. */
  end(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancel();
    for (const connection of this.#connections) {
      connection.onicecandidate = null;
      connection.onicecandidateerror = null;
      connection.ondatachannel = null;
      connection.close();
    }
    this.#resolve(outcome);
  }
}
