// Requests over the socket: acknowledged, with a deadline, and with refusals as typed errors.

import { CallError, type CallErrorName } from "../errors.js";
import type { CallSocket } from "../socket.js";
import type { AckError, AckOf, ClientEvents, ServerEvents } from "../wire/index.js";
import { isReadable } from "./readable.js";

/** How long the server may take; its own slowest answer (a database that is away) comes within 2 s. */
const ANSWER_MS = 8_000;

/** How long a request waits for the socket to connect. */
const CONNECT_MS = 12_000;

type EventName = keyof ClientEvents;
type PayloadOf<Name extends EventName> = ClientEvents[Name]["payload"];
type AnswerOf<Name extends EventName> = ClientEvents[Name]["answer"];

/** The socket with types, deadlines and errors. */
export class Signalling {
  readonly socket: CallSocket;
  /** Ends what waits for the socket to connect. */
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(socket: CallSocket) {
    this.socket = socket;
  }

  get connected(): boolean {
    return this.socket.connected;
  }

  /** Listens to a server event. Returns the function that stops it. */
  on<Name extends keyof ServerEvents>(
    name: Name,
    listener: (payload: ServerEvents[Name]) => void,
  ): () => void {
    const hear = (payload: unknown): void => {
      if (isReadable(name, payload)) listener(payload);
      else console.debug(`${name} could not be read`);
    };
    this.socket.on(name, hear);
    return () => {
      this.socket.off(name, hear);
    };
  }

  /** Listens to the socket's own `connect` and `disconnect`. */
  onConnection(listener: (connected: boolean, reason: string | null) => void): () => void {
    const up = (): void => listener(true, null);
    const down = (reason: unknown): void => listener(false, String(reason));
    this.socket.on("connect", up);
    this.socket.on("disconnect", down);
    return () => {
      this.socket.off("connect", up);
      this.socket.off("disconnect", down);
    };
  }

  /**
   * Sends an event and waits for its answer; while the socket is down it waits for the connection first. Rejects
   * with a {@link CallError}: `Refused`, `Full` or `Kicked` by the server's answer, `Unreachable` without one.
   */
  async request<Name extends EventName>(name: Name, payload: PayloadOf<Name>): Promise<AnswerOf<Name>> {
    await this.#connection();
    const ack = await new Promise<AckOf<Name>>((resolve, reject) => {
      this.socket.timeout(ANSWER_MS).emit(name, payload, (silence: unknown, answer: AckOf<Name>) => {
        if (silence) reject(unreachable(`no answer to ${name}`));
        else resolve(answer);
      });
    });
    if (ack.ok) return ack;
    throw refused(ack.error);
  }

  /**
   * Does the same again until the server has answered. For what may be repeated without harm: the server
   * answers a second `end` or `media` like the first.
   */
  async insist<Name extends EventName>(
    name: Name,
    payload: PayloadOf<Name>,
    stillWanted: () => boolean,
  ): Promise<AnswerOf<Name> | null> {
    while (stillWanted()) {
      try {
        return await this.request(name, payload);
      } catch (error) {
        if (!(error instanceof CallError) || error.name !== "Unreachable") throw error;
        if (this.#closed) return null;
      }
    }
    return null;
  }

  /** Sends without waiting; nothing is sent while the socket is down. */
  tell<Name extends EventName>(
    name: Name,
    payload: PayloadOf<Name>,
    onRefusal: (error: CallError) => void = () => {},
  ): void {
    if (!this.socket.connected) return;
    this.socket.timeout(ANSWER_MS).emit(name, payload, (silence: unknown, answer: AckOf<Name>) => {
      if (!silence && !answer.ok) onRefusal(refused(answer.error));
    });
  }

  /** Nothing waits for the socket from now on; what was sent already is still answered. */
  close(): void {
    this.#closed = true;
    for (const end of [...this.#waiting]) end();
  }

  #connection(): Promise<void> {
    if (this.socket.connected) return Promise.resolve();
    if (this.#closed) return Promise.reject(unreachable("nobody waits for the socket any more"));
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(end);
        this.socket.off("connect", up);
      };
      const up = (): void => {
        done();
        resolve();
      };
      const end = (): void => {
        done();
        reject(unreachable("the socket is not connected"));
      };
      const timer = setTimeout(end, CONNECT_MS);
      this.#waiting.add(end);
      this.socket.on("connect", up);
    });
  }
}

function unreachable(message: string): CallError {
  return new CallError("Unreachable", message);
}

/** Refusals that people meet by their own name; the others are `Refused`, with the code in `refusal`. */
const NAMES: Readonly<Record<string, CallErrorName>> = { full: "Full", removed: "Kicked" };

/** A refusal of the server as an error. */
export function refused(refusal: AckError): CallError {
  return new CallError(NAMES[refusal.code] ?? "Refused", refusal.message, { refusal });
}
