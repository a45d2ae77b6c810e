// The seat in the call over lost connections: taken again, caught up, or joined anew.

import { CallError } from "../errors.js";
import { participantOf, viewOfAnswer } from "../view/index.js";
import type { Session } from "./session.js";

/** Between attempts that the server put off. */
const AGAIN_MS = 1_000;

/** Owns the question whether the server knows this device as the participant's. */
export class ReturnPath {
  readonly #session: Session;
  #seated = false;
  #lost = false;
  #working = false;
  #closed = false;
  /** What is to be done after that which is under way. */
  #next: (() => Promise<void>) | null = null;
  #cancel: () => void = () => {};

  constructor(session: Session) {
    this.#session = session;
  }

  /** Signals may be sent. */
  get seated(): boolean {
    return this.#seated;
  }

  /** There was a seat, and signalling is away. */
  get lost(): boolean {
    return this.#lost;
  }

  /** The server gave the seat. */
  seat(): void {
    this.#seated = true;
    this.#lost = false;
  }

  close(): void {
    this.#closed = true;
    this.#seated = false;
    this.#lost = false;
    this.#cancel();
  }

  /** The socket came or went. */
  connection(connected: boolean): void {
    if (!connected && this.#seated) {
      this.#seated = false;
      this.#lost = true;
    }
    if (connected && this.#lost) void this.#work(() => this.#resume());
  }

  /** Events were missed though the socket is up. */
  catchUp(): void {
    void this.#work(() => this.#refetch());
  }

  /** The server gave the seat up; the call goes on without us. */
  joinAgain(): void {
    this.#seated = false;
    this.#lost = true;
    void this.#work(() => this.#join());
  }

  async #work(attempt: () => Promise<void>): Promise<void> {
    if (this.#closed) return;
    if (this.#working) {
      this.#next = attempt;
      return;
    }
    this.#working = true;
    try {
      await attempt();
    } catch (error) {
      if (!this.#closed) this.#failed(error);
    } finally {
      this.#working = false;
    }
    const next = this.#next;
    this.#next = null;
    if (next !== null) await this.#work(next);
  }

  async #resume(): Promise<void> {
    const { view, resumeToken, deps } = this.#session;
    if (view === null) return;
    const asked = { callId: view.callId, lastSeq: view.rev };
    const token = resumeToken === null ? {} : { resumeToken };
    const back = await deps.signalling.request("call:resume", { ...asked, ...token });
    if (this.#closed) return;
    this.#session.seat({ type: "resynced", call: back.call, events: back.events }, back.resumeToken, false);
    this.#session.links.signallingBack();
  }

  async #refetch(): Promise<void> {
    const { view, deps } = this.#session;
    if (view === null) return;
    const { call } = await deps.signalling.request("call:get", { callId: view.callId });
    if (!this.#closed) this.#session.take({ type: "resynced", call });
    if (!this.#closed) this.#session.settle();
  }

  async #join(): Promise<void> {
    const { view, deps } = this.#session;
    if (view === null) return;
    const { audioEnabled, videoEnabled } = this.#session.wanted();
    const { callId } = view;
    const joined = await deps.signalling.request("call:join", { callId, audioEnabled, videoEnabled });
    if (this.#closed) return;
    this.#session.seat({ type: "view", view: viewOfAnswer(joined, view) }, joined.resumeToken, false);
    this.#session.settle();
  }

  #failed(error: unknown): void {
    this.#session.take({ type: "resync-failed" });
    const refusal = error instanceof CallError ? error.refusal : null;
    if (refusal === null || refusal.retryable) {
      const wait = (refusal?.retryAfter ?? 0) * 1000 || AGAIN_MS;
      this.#cancel();
      this.#cancel = this.#session.deps.clock.after(wait, () => {
        if (this.#session.deps.signalling.connected && this.#lost) void this.#work(() => this.#resume());
      });
      return;
    }
    void this.#lookAround(error);
  }

  /** The seat is not ours any more: what became of the call says what to do. */
  async #lookAround(refused: unknown): Promise<void> {
    const { view, selfId, deps } = this.#session;
    if (view === null || selfId === null || this.#closed) return;
    try {
      const { call } = await deps.signalling.request("call:get", { callId: view.callId });
      if (this.#closed) return;
      this.#session.take({ type: "resynced", call });
      this.#session.settle();
      const me = this.#session.view === null ? undefined : participantOf(this.#session.view, selfId);
      if (this.#closed || me === undefined) return;
      if (me.status === "left" && me.leftReason !== "removed" && call.status === "active") this.joinAgain();
      else this.#session.lostTo(me.status === "joined" ? "handed-off" : (me.leftReason ?? "left"), refused);
    } catch (error) {
      if (this.#closed) return;
      if (error instanceof CallError && error.refusal !== null && !error.refusal.retryable) {
        this.#session.lostTo("connection-lost", error);
      } else {
        this.#failed(error);
      }
    }
  }
}
