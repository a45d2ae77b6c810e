// A caller who sends whatever it likes, in any order, before and during the ring. Seeded.

import type { Socket } from "socket.io-client";
import type { Person } from "./people.js";
import { Random } from "./random.js";

/** Sequences of one caller between two looks at the callee. */
export const HOSTILE_BATCH = 20;
/** The most signals in one sequence. */
const LONGEST = 12;

/** The seed: given from outside to repeat a run, else a new one. */
export function seedOfRun(): number {
  const given = process.env.AETHEX_TEST_SEED;
  return given === undefined ? Date.now() % 0x7fffffff : Number(given);
}

/** Who attacks whom. */
export interface Attack {
  readonly socket: Socket;
  readonly seed: number;
  /** Number of the first sequence of the batch. */
  readonly first: number;
  readonly caller: Person;
  readonly callee: Person;
  readonly conversationId: string;
}

/** Runs a batch: each sequence is a call of its own that is cancelled in the end. Returns the signals sent. */
export async function hostileBatch(attack: Attack): Promise<number> {
  let sent = 0;
  for (let number = attack.first; number < attack.first + HOSTILE_BATCH; number += 1) {
    sent += await sequence(attack, new Random(attack.seed + number));
  }
  return sent;
}

async function sequence({ socket, caller, callee, conversationId }: Attack, random: Random): Promise<number> {
  const type = random.pick(["audio", "video", "screen"]);
  const begun = await ask(socket, "call:initiate", { conversationId, type });
  const callId = begun.callId;
  if (typeof callId !== "string") throw new Error(`no call: ${JSON.stringify(begun)}`);
  const count = 1 + random.below(LONGEST);
  const answers: Promise<unknown>[] = [];
  for (let one = 0; one < count; one += 1) {
    const [name, payload] = signal(random, { callId, caller: caller.id, callee: callee.id });
    answers.push(ask(socket, name, payload));
  }
  await Promise.all(answers);
  await ask(socket, "call:end", { callId });
  return count;
}

/** Sends an event; every one is answered, whatever it holds. */
function ask(socket: Socket, name: string, payload: unknown): Promise<Record<string, unknown>> {
  return socket.timeout(8_000).emitWithAck(name, payload) as Promise<Record<string, unknown>>;
}

interface Names {
  readonly callId: string;
  readonly caller: string;
  readonly callee: string;
}

/** One thing that a caller has no business to send, or that must wait for the accept. */
function signal(random: Random, { callId, caller, callee }: Names): readonly [string, unknown] {
  const targetUserId = random.pick([callee, callee, callee, caller, "sfu"]);
  const negotiationId = random.below(4);
  const fromUserId = random.pick([callee, caller]);
  const common = { callId, targetUserId, fromUserId, negotiationId };
  const mediaState = { audioEnabled: true, videoEnabled: true, screenSharing: true };
  return random.pick<() => readonly [string, unknown]>([
    () => ["call:offer", { ...common, offer: { type: "offer", sdp: description(random) } }],
    () => ["call:offer", { ...common, offer: { type: "offer", sdp: description(random) } }],
    () => ["call:offer", { ...common, offer: { type: "answer", sdp: description(random) } }],
    () => ["call:answer", { ...common, answer: { type: "answer", sdp: description(random) } }],
    () => ["call:ice-candidate", { ...common, candidate: candidate(random) }],
    () => ["call:ice-candidate", { ...common, candidate: candidate(random) }],
    () => ["call:ice-candidate", { ...common, candidate: null }],
    () => ["call:accept", { callId }],
    () => ["call:join", { callId, takeOver: true }],
    () => ["call:resume", { callId, resumeToken: "x".repeat(random.below(64)), lastSeq: 0 }],
    () => ["call:media", { callId, ...mediaState }],
    () => ["call:transport-state", { callId, state: random.pick(["connecting", "connected", "failed"]) }],
    () => ["call:accepted", { callId, userId: callee, seq: 2, startedAt: new Date(0).toISOString() }],
    () => ["call:participant-joined", { callId, userId: callee, seq: 3, mediaState }],
    () => ["call:state", { callId, status: "active", rev: 9 }],
    () => ["call:initiate", { conversationId: callId, ifActive: "join" }],
    () => ["call:offer", random.pick([null, 7, "x", [], { callId }, { callId, targetUserId, offer: null }])],
  ])();
}

/** A session description that a browser would take, or nearly. */
export function description(random: Random): string {
  const kind = random.pick(["audio", "video"]);
  const direction = random.pick(["sendrecv", "recvonly", "sendonly"]);
  const fingerprint = Array.from({ length: 32 }, () => random.below(256).toString(16).padStart(2, "0"));
  return [
    "v=0",
    `o=- ${random.below(1_000_000)} 2 IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    `m=${kind} 9 UDP/TLS/RTP/SAVPF 111`,
    "c=IN IP4 0.0.0.0",
    "a=ice-ufrag:abcd",
    "a=ice-pwd:abcdefghijklmnopqrstuvwx",
    `a=fingerprint:sha-256 ${fingerprint.join(":").toUpperCase()}`,
    "a=setup:actpass",
    "a=mid:0",
    `a=${direction}`,
    "a=rtcp-mux",
    kind === "audio" ? "a=rtpmap:111 opus/48000/2" : "a=rtpmap:111 VP8/90000",
    "",
  ].join("\r\n");
}

/** A candidate on loopback. */
export function candidate(random: Random): unknown {
  const port = 10_000 + random.below(50_000);
  return {
    candidate: `candidate:${random.below(9)} 1 udp 2122260223 127.0.0.1 ${port} typ host generation 0 ufrag abcd`,
    sdpMid: "0",
    sdpMLineIndex: 0,
    usernameFragment: "abcd",
  };
}
