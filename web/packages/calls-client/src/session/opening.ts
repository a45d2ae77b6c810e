// How a session comes to its seat: by calling, answering, coming back, or being let in by somebody else.

import { CallError } from "../errors.js";
import { viewOfAnswer, viewOfInitiate } from "../view/index.js";
import type { InitiateRequest, InitiateResponse } from "../wire/index.js";
import type { Opening, SessionDeps } from "./deps.js";
import { tellEnd } from "./sending.js";
import type { Session } from "./session.js";

/** How long a call is tried to be started, in milliseconds. Longer, and the person has given up already. */
const START_MS = 30_000;

/**
 * Makes the request, begins to capture meanwhile, and takes the seat. `prepare` is called as soon as the call's id
 * is known. Rejects with the server's refusal.
 */
export async function openCall(
  session: Session,
  opening: Opening,
  prepare: (callId: string) => void,
): Promise<void> {
  switch (opening.kind) {
    case "start":
      return start(session, opening, prepare);
    case "answer":
      return answer(session, opening, prepare);
    case "resume":
      return resume(session, opening, prepare);
    case "attach":
      return attach(session, opening, prepare);
  }
}

async function start(
  session: Session,
  { options }: Extract<Opening, { kind: "start" }>,
  prepare: (callId: string) => void,
): Promise<void> {
  const { conversationId, type = "audio", participantIds, metadata } = options;
  capture(session, options.audio ?? true, options.video ?? type === "video");
  const { given, attempts } = await initiate(session, {
    conversationId,
    type,
    ...(participantIds === undefined ? {} : { participantIds: [...participantIds] }),
    ...(metadata === undefined ? {} : { metadata }),
    idempotencyKey: options.idempotencyKey ?? freshKey(session.deps),
  });
  if (session.over) {
    // Cancelled before the server had named the call.
    await tellEnd(session, "call:end", given.callId);
    return;
  }
  prepare(given.callId);
  const view = viewOfInitiate(given, { conversationId, type, metadata: metadata ?? null });
  // An answer that is given again tells how it was then: the whole call is asked for.
  const whole = view.whole && attempts === 1;
  session.seat({ type: "view", view: { ...view, whole } }, given.resumeToken, false);
}

/**
 * Starts the call, again after silence: the key makes it one call. A person who has hung up meanwhile starts
 * nothing any more.
 */
async function initiate(
  session: Session,
  payload: InitiateRequest,
): Promise<{ given: InitiateResponse; attempts: number }> {
  const { signalling, clock } = session.deps;
  const until = clock.now() + START_MS;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return { given: await signalling.request("call:initiate", payload), attempts };
    } catch (error) {
      const again = error instanceof CallError && mayComeTrue(error);
      if (!again || session.over || clock.now() >= until) throw error;
    }
  }
}

/** Silence, or the first attempt is still being worked on. */
function mayComeTrue({ name, refusal }: CallError): boolean {
  return name === "Unreachable" || refusal?.code === "idempotency_in_progress";
}

function freshKey({ clock }: SessionDeps): string {
  return `${clock.now().toString(36)}-${clock.random().toString(36).slice(2)}`;
}

async function answer(
  session: Session,
  { callId, options, ring }: Extract<Opening, { kind: "answer" }>,
  prepare: (callId: string) => void,
): Promise<void> {
  const audio = options.audio ?? true;
  const video = options.video ?? ring?.type === "video";
  capture(session, audio, video);
  prepare(callId);
  const { signalling } = session.deps;
  const accepted = await signalling.insist(
    "call:accept",
    { callId, audioEnabled: audio, videoEnabled: video, ...(options.takeOver ? { takeOver: true } : {}) },
    () => !session.over,
  );
  if (accepted === null || session.over) {
    // Hung up meanwhile; without an answer too the server may have let us in.
    await tellEnd(session, "call:leave", callId);
    return;
  }
  const view = viewOfAnswer(accepted, ring);
  // A take-over is seen by the others as the same participant on another device.
  session.seat({ type: "view", view }, accepted.resumeToken, options.takeOver === true);
}

async function resume(
  session: Session,
  { seat }: Extract<Opening, { kind: "resume" }>,
  prepare: (callId: string) => void,
): Promise<void> {
  const { callId, resumeToken } = seat;
  capture(session, seat.microphone, seat.camera);
  prepare(callId);
  const back = await session.deps.signalling.insist(
    "call:resume",
    { callId, resumeToken, lastSeq: seat.lastSeq },
    () => !session.over,
  );
  if (back === null) return;
  session.seat({ type: "resynced", call: back.call, events: [] }, back.resumeToken, true);
}

async function attach(
  session: Session,
  { callId }: Extract<Opening, { kind: "attach" }>,
  prepare: (callId: string) => void,
): Promise<void> {
  prepare(callId);
  const { call } = await session.deps.signalling.request("call:get", { callId });
  session.seat({ type: "resynced", call, events: [] }, undefined, false);
}

/** Failures show in the state of the source; a call goes on with what is there. */
function capture(session: Session, audio: boolean, video: boolean): void {
  const { media } = session.deps;
  media.setMicrophone(audio).catch(noted);
  media.setCamera(video).catch(noted);
}

function noted(error: unknown): void {
  console.debug("a device did not start", error);
}

/** Between two attempts to learn who this is. */
const AGAIN_MS = 1_000;

/** Who this is. The seat waits for it, so it is asked for as long as the call is wanted. */
export async function introduced(session: Session): ReturnType<SessionDeps["self"]> {
  const { self, clock } = session.deps;
  for (;;) {
    try {
      return await self();
    } catch (error) {
      const refusal = error instanceof CallError ? error.refusal : null;
      if (session.over || refusal?.retryable === false) throw error;
      const wait = (refusal?.retryAfter ?? 0) * 1000 || AGAIN_MS;
      await new Promise<void>((resolve) => void clock.after(wait, resolve));
    }
  }
}
