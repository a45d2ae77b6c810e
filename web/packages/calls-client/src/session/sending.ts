// What a session tells the server without waiting for the answer.

import { CallError } from "../errors.js";
import type { PeerSignal } from "../peer/signal.js";
import type { Signalling } from "../signalling/signalling.js";
import type { LinkStats, Quality } from "../state.js";
import type { EndResponse, MediaPeer, QualityReport } from "../wire/index.js";
import type { SessionDeps } from "./deps.js";

/** Sends an offer, an answer or a candidate to a participant, or to one of the two peers of the server. */
export function sendSignal(
  signalling: Signalling,
  callId: string,
  targetUserId: string,
  signal: PeerSignal,
  transport?: MediaPeer,
): void {
  const { kind, negotiationId } = signal;
  const number = negotiationId === undefined ? {} : { negotiationId };
  const sent = { callId, targetUserId, ...number, ...(transport === undefined ? {} : { transport }) };
  // A refusal is about somebody who is just leaving: the view will say so.
  const refused = (error: CallError): void => console.debug(`${kind} was refused`, error);
  if (kind === "offer") signalling.tell("call:offer", { ...sent, offer: signal.offer }, refused);
  else if (kind === "answer") signalling.tell("call:answer", { ...sent, answer: signal.answer }, refused);
  else signalling.tell("call:ice-candidate", { ...sent, candidate: signal.candidate }, refused);
}

/** Reports the own connection: the worst grade, the measurements behind it and the path, once known. */
export function sendQuality(
  signalling: Signalling,
  callId: string,
  quality: Quality | null,
  stats: LinkStats | null,
): void {
  if (quality === null || stats === null) return;
  const { rttMs, lossPercent, availableKbps, jitterMs, path } = stats;
  const known = Object.entries({ rttMs, lossPercent, availableKbps, jitterMs }).filter(
    ([, one]) => one !== null,
  );
  const report: QualityReport = {
    callId,
    grade: quality.grade,
    ...(quality.cause === null ? {} : { cause: quality.cause }),
    stats: Object.fromEntries(known),
    ...(path === null ? {} : { path }),
  };
  signalling.tell("call:quality", report);
}

/** The server gives a lost seat up by itself: after that there is nothing left to end. */
const SEAT_MS = 60_000;

/** Between attempts that the server put off. */
const AGAIN_MS = 1_000;

/**
 * Tells the server that this device goes, again and again until it has heard it. Null when it could not be told,
 * or the call is over there already: that is what was wanted.
 */
export async function tellEnd(
  { deps: { signalling, clock } }: { readonly deps: Pick<SessionDeps, "signalling" | "clock"> },
  name: "call:end" | "call:leave",
  callId: string,
): Promise<EndResponse | null> {
  const until = clock.now() + SEAT_MS;
  const inTime = (): boolean => clock.now() < until;
  while (inTime()) {
    try {
      return await signalling.insist(name, { callId }, inTime);
    } catch (error) {
      const refusal = error instanceof CallError ? error.refusal : null;
      if (refusal?.retryable !== true) {
        console.debug("the server had nothing to end", error);
        return null;
      }
      const wait = (refusal.retryAfter ?? 0) * 1000 || AGAIN_MS;
      await new Promise<void>((resolve) => void clock.after(wait, resolve));
    }
  }
  return null;
}
