// The server and the socket to it, for one device: speaks the acknowledgements of docs/protocol.md.

import type { PeerSignal } from "../../src/peer/signal.js";
import type { CallSocket } from "../../src/socket.js";
import type { AckError, CallBody, ErrorCode, LoggedEvent, ParticipantBody } from "../../src/wire/index.js";
import { moment, person, startedCall } from "../view/callLog.js";
import { CONFIG } from "./config.js";

type Fields = Readonly<Record<string, unknown>>;
type Answer = Fields | { readonly refused: Partial<AckError> & { readonly code: ErrorCode } };
type Listener = (...args: unknown[]) => void;

/** How long an answer takes, in milliseconds. */
const ANSWER_MS = 5;

/** A refusal with this code. */
export function refused(code: ErrorCode, fields: Partial<AckError> = {}): Answer {
  return { refused: { code, ...fields } };
}

/** One call, one conversation, and one device that is under test. */
export class FakeServer implements CallSocket {
  connected = true;
  call: CallBody | null = null;
  /** What was asked, in order. */
  readonly asked: { readonly name: string; readonly payload: Fields }[] = [];
  /** Answers in the place of the usual ones. */
  readonly answers = new Map<string, (payload: Fields) => Answer | null>();
  /** Questions whose answers wait for {@link release}. */
  readonly holding = new Set<string>();
  /** Where signals for a participant go. */
  readonly peers = new Map<string, (signal: PeerSignal) => void>();
  readonly log: LoggedEvent[] = [];
  connects = 0;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #unanswered = new Set<() => void>();
  #waiting: { readonly name: string; readonly go: () => void }[] = [];

  constructor(readonly self: string) {}

  on(event: string, listener: Listener): this {
    const known = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, known.add(listener));
    return this;
  }

  off(event: string, listener: Listener): this {
    this.#listeners.get(event)?.delete(listener);
    return this;
  }

  /** How many listeners there are. */
  get listening(): number {
    return [...this.#listeners.values()].reduce((sum, one) => sum + one.size, 0);
  }

  emit(): this {
    throw new Error("everything is asked with a deadline");
  }

  timeout(ms: number): { emit(event: string, ...args: unknown[]): unknown } {
    return {
      emit: (name, payload, acknowledge) => this.#ask(name, payload as Fields, acknowledge as Listener, ms),
    };
  }

  connect(): void {
    this.connects += 1;
  }

  /** The connection is gone; what was asked and not answered stays so. */
  disconnect(reason = "transport close"): void {
    this.connected = false;
    for (const fail of [...this.#unanswered]) fail();
    this.tell("disconnect", reason);
  }

  /** It is back. */
  reconnect(): void {
    this.connected = true;
    this.tell("connect");
  }

  /** How often something was asked. */
  count(name: string): number {
    return this.asked.filter((one) => one.name === name).length;
  }

  /** What was asked last. */
  last(name: string): Fields | undefined {
    return this.asked.findLast((one) => one.name === name)?.payload;
  }

  /** Answers what was held. */
  release(name: string): void {
    this.holding.delete(name);
    const due = this.#waiting.filter((one) => one.name === name);
    this.#waiting = this.#waiting.filter((one) => one.name !== name);
    for (const { go } of due) go();
  }

  /** Says something to the device, when it is connected (or about the connection itself). */
  tell(name: string, ...args: unknown[]): void {
    if (!this.connected && name !== "disconnect" && name !== "connect_error") return;
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(...args);
  }

  /** A state event: numbered, logged, and told. */
  happen(name: string, fields: Fields, change: Partial<CallBody> = {}): void {
    const call = this.theCall;
    const seq = call.rev + 1;
    const at = moment(seq);
    const payload = { callId: call.id, seq, at, ...fields };
    this.call = { ...call, ...change, rev: seq };
    this.log.push({ seq, name, at, payload });
    this.tell(name, payload);
  }

  /** Changes what is known of a person. */
  people(userId: string, fields: Partial<ParticipantBody>): Partial<CallBody> {
    const { participants } = this.theCall;
    return { participants: participants.map((one) => (one.userId === userId ? { ...one, ...fields } : one)) };
  }

  /** Somebody's device shows the call. */
  ring(userId: string): void {
    const status = this.theCall.status === "initiated" ? "ringing" : this.theCall.status;
    const change = { ...this.people(userId, { status: "ringing" }), status } as const;
    this.happen("call:ringing", { userId, busy: false }, change);
  }

  /** Somebody accepts, or joins late. */
  join(userId: string): void {
    const { status } = this.theCall;
    const startedAt = this.theCall.startedAt ?? moment(0);
    const name = { userId, userName: userId, userIdentifier: `${userId}@example.com` };
    if (status !== "active")
      this.happen("call:accepted", { ...name, startedAt }, { status: "active", startedAt });
    const known = this.theCall.participants.find((one) => one.userId === userId) ?? person(userId);
    const { role, mediaState } = known;
    const change = this.people(userId, { status: "joined", connection: "connected", joinedAt: moment(1) });
    this.happen("call:participant-joined", { ...name, role, mediaState }, change);
  }

  /** Somebody is no longer in the call. */
  leave(userId: string, reason: NonNullable<ParticipantBody["leftReason"]>): void {
    const change = this.people(userId, {
      status: "left",
      connection: null,
      leftAt: moment(9),
      leftReason: reason,
    });
    this.happen("call:participant-left", { userId, reason }, change);
  }

  /** The call is over. */
  end(reason: NonNullable<CallBody["endReason"]>, endedBy: string | null = null): void {
    const status = this.theCall.startedAt === null ? "missed" : "ended";
    const change = { status, endReason: reason, endedBy, endedAt: moment(9), duration: 12 } as const;
    this.happen("call:ended", { reason, endedBy, status, duration: change.duration }, change);
  }

  /** Somebody else calls this device's person. */
  callFrom(userId: string, fields: Partial<CallBody> = {}): void {
    this.call = startedCall({
      initiatedBy: userId,
      host: userId,
      participants: [
        person(userId, { status: "joined", role: "host", connection: "connected", joinedAt: moment(0) }),
        person(this.self),
      ],
      ...fields,
    });
    this.tell("call:incoming", this.incoming());
  }

  /** The ring of the call there is. */
  incoming(fields: Fields = {}): Fields {
    const { id, rev, ...call } = this.theCall;
    const times = { at: moment(0), serverTime: new Date().toISOString(), ringTimeoutMs: 45_000 };
    const names = { callerName: "Caller", callerIdentifier: "caller@example.com", busy: false };
    return { ...call, ...times, ...names, callId: id, seq: rev, ...fields };
  }

  get theCall(): CallBody {
    if (this.call === null) throw new Error("there is no call");
    return this.call;
  }

  #ask(name: string, payload: Fields, acknowledge: Listener, ms: number): void {
    this.asked.push({ name, payload });
    const settle = (error: Error | null, answer?: unknown): void => {
      clearTimeout(deadline);
      if (this.#unanswered.delete(fail)) acknowledge(error, answer);
    };
    const fail = (): void => settle(new Error("the socket has been disconnected"));
    const deadline = setTimeout(() => settle(new Error("operation has timed out")), ms);
    this.#unanswered.add(fail);
    const go = (): void => {
      if (!this.#unanswered.has(fail)) return;
      const answer = this.answers.get(name)?.(payload) ?? this.#usual(name, payload);
      setTimeout(() => settle(null, acknowledged(answer)), ANSWER_MS);
    };
    if (this.holding.has(name)) this.#waiting.push({ name, go });
    else go();
  }

  #usual(name: string, payload: Fields): Answer {
    const told = (): Answer => ({
      callId: this.theCall.id,
      seq: this.theCall.rev,
      topology: this.theCall.topology,
      participants: this.theCall.participants,
    });
    switch (name) {
      case "auth:whoami":
        return {
          user: { id: this.self, name: this.self, identifier: `${this.self}@example.com` },
          serverTime: new Date().toISOString(),
          config: CONFIG,
        };
      case "call:initiate":
        this.call ??= startedCall({ type: "audio" });
        return {
          ...told(),
          status: this.call.status,
          ringTimeoutMs: 45_000,
          serverTime: moment(0),
          resumeToken: "token-1",
        };
      case "call:accept":
      case "call:join": {
        this.join(this.self);
        const { status, startedAt, participants } = this.theCall;
        const mediaState = participants.find((one) => one.userId === this.self)?.mediaState;
        return { ...told(), status, startedAt, resumeToken: "token-2", mediaState };
      }
      case "call:resume":
        return {
          callId: this.theCall.id,
          call: this.theCall,
          events: this.log.filter(({ seq }) => seq > Number(payload.lastSeq)),
          resumeToken: "token-3",
        };
      case "call:get":
        return { call: this.theCall };
      case "call:media":
        return this.#media(payload);
      case "call:end":
      case "call:leave": {
        if (this.theCall.endedAt === null)
          this.end(this.theCall.startedAt === null ? "cancelled" : "ended-by-user", this.self);
        const { id, status, endReason, rev } = this.theCall;
        return { callId: id, status, duration: 12, endReason, seq: rev };
      }
      case "call:turn-credentials":
        return {
          credentials: { urls: ["turn:relay.example:3478"], username: "1:ann", credential: "secret" },
          ttl: 86_400,
          expiresAt: moment(86_400),
        };
      case "call:offer":
      case "call:answer":
      case "call:ice-candidate": {
        const { targetUserId, callId: _, ...signal } = payload;
        const kind = name === "call:ice-candidate" ? "candidate" : name.slice("call:".length);
        // One of the three kinds by its name.
        this.peers.get(String(targetUserId))?.({ kind, ...signal } as PeerSignal);
        return {};
      }
      default:
        return {};
    }
  }

  #media({ callId: _, ...change }: Fields): Answer {
    const before = this.theCall.participants.find((one) => one.userId === this.self)?.mediaState;
    const mediaState = { ...person(this.self).mediaState, ...before, ...change };
    const changed = JSON.stringify(before) !== JSON.stringify(mediaState);
    if (changed)
      this.happen(
        "call:media-state-changed",
        { userId: this.self, mediaState },
        this.people(this.self, { mediaState }),
      );
    return { success: true, mediaState };
  }
}

function acknowledged(answer: Answer): Fields {
  if (!("refused" in answer)) return { ok: true, ...answer };
  return { ok: false, error: { message: "refused", retryable: false, ...(answer.refused as Fields) } };
}
