// The seat in the call over lost connections: taken again, caught up, or joined anew.

import { CallError } from "../errors.js";
import { participantOf, viewOfAnswer } from "../view/index.js";
import type { Session } from "./session.js";

/** Between attempts that the server put off. */
const AGAIN_MS = 1_000;

/** What may have to be done, most important first. */
const TASKS = ["join", "resume", "catch-up"] as const;
type Task = (typeof TASKS)[number];

/** Owns the question whether the server knows this device as the participant's. One task at a time, none is lost. */
export class ReturnPath {
  readonly #session: Session;
  readonly #tasks = new Set<Task>();
  #seated = false;
  #lost = false;
  #working = false;
  #closed = false;
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
    if (connected && this.#lost) this.#request("resume");
  }

  /** Events were missed though the socket is up. */
  catchUp(): void {
    this.#request("catch-up");
  }

  /** The server gave the seat up; the call goes on without us. */
  joinAgain(): void {
    this.#seated = false;
    this.#lost = true;
    this.#request("join");
  }

  #request(task: Task): void {
    this.#tasks.add(task);
    void this.#work();
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let task = this.#next(); task !== null; task = this.#next()) {
      try {
        await this.#carryOut(task);
      } catch (error) {
        if (!this.#closed) await this.#failed(task, error);
      }
    }
    this.#working = false;
  }

  #next(): Task | null {
    const task = this.#closed ? undefined : TASKS.find((one) => this.#tasks.has(one));
    if (task === undefined) return null;
    this.#tasks.delete(task);
    // Who takes the seat again is told what was missed; what is missing after that is asked for anew.
    if (task !== "catch-up") this.#tasks.delete("catch-up");
    return task;
  }

  #carryOut(task: Task): Promise<void> {
    if (task === "join") return this.#join();
    return task === "resume" ? this.#resume() : this.#refetch();
  }

  async #resume(): Promise<void> {
    const { view, resumeToken, deps } = this.#session;
    if (view === null) return;
    const asked = { callId: view.callId, lastSeq: view.rev };
    const token = resumeToken === null ? {} : { resumeToken };
    const back = await deps.signalling.request("call:resume", { ...asked, ...token });
    if (this.#closed) return;
    this.#session.seat({ type: "resynced", call: back.call, events: back.events }, back.resumeToken, false);
    this.#session.signallingBack();
  }

  async #refetch(): Promise<void> {
    const { view, deps } = this.#session;
    if (view === null) return;
    const { call } = await deps.signalling.request("call:get", { callId: view.callId });
    if (!this.#closed) this.#session.take({ type: "resynced", call });
  }

  async #join(): Promise<void> {
    const { view, deps } = this.#session;
    if (view === null) return;
    const { audioEnabled, videoEnabled } = this.#session.wanted();
    const { callId } = view;
    const joined = await deps.signalling.request("call:join", { callId, audioEnabled, videoEnabled });
    if (this.#closed) return;
    this.#session.seat({ type: "view", view: viewOfAnswer(joined, view) }, joined.resumeToken, false);
    // The others' word of it may have come before the answer: what was offered then is offered again.
    this.#session.signallingBack();
  }

  async #failed(task: Task, error: unknown): Promise<void> {
    this.#session.take({ type: "resync-failed" });
    const refusal = error instanceof CallError ? error.refusal : null;
    if (refusal !== null && !refusal.retryable) {
      await this.#lookAround(error);
      return;
    }
    const wait = (refusal?.retryAfter ?? 0) * 1000 || AGAIN_MS;
    this.#cancel();
    this.#cancel = this.#session.deps.clock.after(wait, () => {
      // Without a socket the next one begins with a resume, which brings everything.
      if (this.#session.deps.signalling.connected)
        this.#request(this.#lost && task === "catch-up" ? "resume" : task);
    });
  }

  /** The seat is not ours any more: what became of the call says what to do. */
  async #lookAround(refused: unknown): Promise<void> {
    const { view, selfId, deps } = this.#session;
    if (view === null || selfId === null || this.#closed) return;
    try {
      const { call } = await deps.signalling.request("call:get", { callId: view.callId });
      if (this.#closed) return;
      this.#session.take({ type: "resynced", call });
      const me = this.#session.view === null ? undefined : participantOf(this.#session.view, selfId);
      if (this.#closed || me === undefined) return;
      if (me.status === "left" && me.leftReason !== "removed" && call.status === "active") this.joinAgain();
      else this.#session.lostTo(me.status === "joined" ? "handed-off" : (me.leftReason ?? "left"), refused);
    } catch (error) {
      if (this.#closed) return;
      if (error instanceof CallError && error.refusal !== null && !error.refusal.retryable) {
        this.#session.lostTo("connection-lost", error);
      } else {
        await this.#failed("resume", error);
      }
    }
  }
}
