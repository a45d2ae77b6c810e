// A client on a socket of our own that delivers hostile events itself, as a server gone bad would.

import { type CallClient, type CallSocket, createCallClient } from "@aethex/calls-client";
import "../probes/index.js";
import { candidate, description } from "../harness/hostile.js";
import { Random } from "../harness/random.js";

/** What came of it. */
export interface HostileResult {
  readonly events: number;
  /** Sequences after which the call was shown as ringing at some time. */
  readonly rings: number;
  /** Sequences after which the client was in a call. */
  readonly sessions: number;
  /** Signals and accepts that the client sent by itself. */
  readonly sent: readonly string[];
  /** Errors that the client threw at what it was sent. */
  readonly thrown: readonly string[];
}

declare global {
  interface Window {
    hostile?: {
      run(seed: number, count: number): Promise<HostileResult>;
      /** Rings once more and answers. */
      answer(): Promise<void>;
    };
  }
}

const SELF = "00000000-0000-7000-8000-000000000001";
const CALLER = "00000000-0000-7000-8000-000000000002";
const CONVERSATION = "00000000-0000-7000-8000-000000000003";
const DEVICE = "tab-of-the-callee";
const NEVER_BY_ITSELF = /^call:(offer|answer|ice-candidate|accept|join|initiate|media|resume)$/;

type Listener = (...given: never[]) => void;

/** A socket whose other end is this page. */
class OwnSocket implements CallSocket {
  readonly connected = true;
  readonly sent: string[] = [];
  readonly thrown = new Set<string>();
  readonly #listeners = new Map<string, Set<Listener>>();

  on(event: string, listener: Listener): void {
    const of = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, of.add(listener));
  }

  off(event: string, listener: Listener): void {
    this.#listeners.get(event)?.delete(listener);
  }

  emit(event: string, ...given: unknown[]): void {
    this.sent.push(event);
    const answer = given.at(-1);
    if (typeof answer === "function") queueMicrotask(() => answer(answerTo(event)));
  }

  timeout(): { emit(event: string, ...given: unknown[]): void } {
    return {
      emit: (event, ...given) => {
        this.sent.push(event);
        const answer = given.at(-1);
        if (typeof answer === "function") queueMicrotask(() => answer(null, answerTo(event)));
      },
    };
  }

  deliver(event: string, payload: unknown): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        Reflect.apply(listener, undefined, [payload]);
      } catch (error) {
        this.thrown.add(`${event}: ${String(error)}`);
      }
    }
  }
}

function answerTo(event: string): unknown {
  if (event === "auth:whoami") {
    return {
      ok: true,
      user: { id: SELF, identifier: "bob@example.com", name: "Bob" },
      deviceId: DEVICE,
      serverTime: new Date().toISOString(),
      config: {
        protocol: 1,
        serverTime: new Date().toISOString(),
        identity: "embedded",
        registration: "open",
        features: { turn: false, sfu: false, recording: false, callWaiting: true },
        limits: {
          maxParticipants: 4,
          maxRinging: 10,
          maxMetadataBytes: 4_096,
          maxSdpBytes: 262_144,
          maxCandidateBytes: 2_048,
          maxHeldCandidates: 64,
        },
        times: {
          ringMs: 45_000,
          leastRingMs: 3_000,
          shownAfterMs: 2_000,
          resumeWindowMs: 30_000,
          restartWindowMs: 60_000,
          emptyGraceMs: 20_000,
          aloneMs: 600_000,
          maxDurationMs: 86_400_000,
        },
        ice: { transportPolicy: "all", stunUrls: [] },
      },
    };
  }
  const error = { code: "unavailable", message: "Not available for a moment", retryable: true };
  return { ok: false, error };
}

const socket = new OwnSocket();
const client: CallClient = createCallClient({ socket, storage: null });

const participant = (userId: string, status: string): unknown => ({
  userId,
  userName: userId === SELF ? "Bob" : "Ann",
  userIdentifier: userId === SELF ? "bob@example.com" : "ann@example.com",
  status,
  role: userId === SELF ? "member" : "host",
  joinedAt: null,
  leftAt: null,
  leftReason: null,
  mediaState: { audioEnabled: true, videoEnabled: true, screenSharing: false },
  connection: status === "joined" ? "connected" : null,
  reconnectingUntil: null,
  connectionQuality: null,
  busy: false,
});

const incoming = (callId: string, seq: number, type = "video"): unknown => ({
  callId,
  seq,
  at: new Date().toISOString(),
  conversationId: CONVERSATION,
  type,
  initiatedBy: CALLER,
  participants: [participant(CALLER, "joined"), participant(SELF, "ringing")],
  status: "ringing",
  host: CALLER,
  topology: "mesh",
  startedAt: null,
  ringTimeoutMs: 45_000,
  serverTime: new Date().toISOString(),
  callerName: "Ann",
  callerIdentifier: "ann@example.com",
  busy: false,
  metadata: null,
});

/** One event that must not move anything before a click. */
function event(random: Random, callId: string, seq: number): readonly [string, unknown] {
  const userId = random.pick([SELF, SELF, CALLER]);
  const state = { callId, seq: random.pick([seq, seq, seq + 1, 0]), at: new Date().toISOString(), userId };
  const from = {
    callId,
    fromUserId: random.pick([CALLER, CALLER, SELF, "sfu"]),
    negotiationId: random.below(3),
  };
  const mediaState = { audioEnabled: true, videoEnabled: true, screenSharing: true };
  const named = {
    userName: "Bob",
    userIdentifier: "bob@example.com",
    deviceId: random.pick([DEVICE, "other"]),
  };
  return random.pick<() => readonly [string, unknown]>([
    () => ["call:offer", { ...from, offer: { type: "offer", sdp: description(random) } }],
    () => ["call:offer", { ...from, offer: { type: "offer", sdp: description(random) } }],
    () => ["call:answer", { ...from, answer: { type: "answer", sdp: description(random) } }],
    () => ["call:ice-candidate", { ...from, candidate: candidate(random) }],
    () => ["call:ice-candidate", { ...from, candidate: null }],
    () => ["call:accepted", { ...state, ...named, startedAt: new Date().toISOString() }],
    () => ["call:participant-joined", { ...state, ...named, role: "member", mediaState }],
    () => ["call:participant-reconnected", { ...state, ...named }],
    () => ["call:participant-updated", { ...state, ...named, status: "joined", role: "host" }],
    () => ["call:participant-left", { ...state, reason: "left" }],
    () => ["call:media-state-changed", { ...state, mediaState }],
    () => ["call:host-changed", { ...state, host: SELF, previousHost: CALLER }],
    () => ["call:quality", { callId, userId, grade: "poor", cause: "loss" }],
    () => ["call:state", snapshot(callId, seq)],
    () => [
      random.pick(["call:offer", "call:state", "call:accepted", "call:incoming"]),
      random.pick([null, undefined, 7, "x", [], {}, { callId: 1 }]),
    ],
  ])();
}

function snapshot(callId: string, rev: number): unknown {
  return {
    callId,
    id: callId,
    conversationId: CONVERSATION,
    type: "video",
    status: "active",
    initiatedBy: CALLER,
    host: CALLER,
    startedAt: new Date().toISOString(),
    endedAt: null,
    duration: null,
    endReason: null,
    endedBy: null,
    topology: "mesh",
    sfuRoomId: null,
    recordingUrl: null,
    qualityStats: null,
    metadata: null,
    createdAt: new Date().toISOString(),
    rev,
    participants: [participant(CALLER, "joined"), participant(SELF, "joined")],
  };
}

const callIdOf = (number: number): string =>
  `00000000-0000-7000-9000-${number.toString(16).padStart(12, "0")}`;

/** What was set in motion has had its turn. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });

window.hostile = {
  async run(seed, count) {
    let events = 0;
    let rings = 0;
    let sessions = 0;
    await settled();
    for (let number = 0; number < count; number += 1) {
      const random = new Random(seed + number);
      const callId = callIdOf(number);
      const length = 2 + random.below(12);
      const ringAt = random.below(3);
      let rang = false;
      for (let turn = 0; turn < length; turn += 1) {
        const [name, payload] =
          turn === ringAt ? ["call:incoming", incoming(callId, turn + 1)] : event(random, callId, turn + 1);
        socket.deliver(String(name), payload);
        events += 1;
        rang ||= client.store.get().rings.some((ring) => ring.callId === callId);
      }
      await settled();
      if (rang) rings += 1;
      if (client.session.get().current !== null) sessions += 1;
      socket.deliver("call:ring-stopped", { callId, reason: "cancelled", joinable: false });
    }
    return {
      events,
      rings,
      sessions,
      sent: socket.sent.filter((name) => NEVER_BY_ITSELF.test(name)),
      thrown: [...socket.thrown],
    };
  },
  async answer() {
    const callId = callIdOf(0xffffff);
    socket.deliver("call:incoming", incoming(callId, 1));
    client.answer(callId, { audio: true, video: true });
    await settled();
  },
};
