// What a session tells the server without waiting for the answer.

import type { CallError } from "../errors.js";
import type { PeerSignal } from "../peer/signal.js";
import type { Signalling } from "../signalling/signalling.js";
import type { LinkStats, Quality } from "../state.js";

/** Sends an offer, an answer or a candidate to a participant. */
export function sendSignal(
  signalling: Signalling,
  callId: string,
  targetUserId: string,
  signal: PeerSignal,
): void {
  const { kind, negotiationId } = signal;
  const number = negotiationId === undefined ? {} : { negotiationId };
  const sent = { callId, targetUserId, ...number };
  // A refusal is about somebody who is just leaving: the view will say so.
  const refused = (error: CallError): void => console.debug(`${kind} was refused`, error);
  if (kind === "offer") signalling.tell("call:offer", { ...sent, offer: signal.offer }, refused);
  else if (kind === "answer") signalling.tell("call:answer", { ...sent, answer: signal.answer }, refused);
  else signalling.tell("call:ice-candidate", { ...sent, candidate: signal.candidate }, refused);
}

/** Reports the own connection: the worst grade and the measurements behind it. */
export function sendQuality(
  signalling: Signalling,
  callId: string,
  quality: Quality,
  stats: LinkStats,
): void {
  const { rttMs, lossPercent, availableKbps, jitterMs } = stats;
  const known = Object.entries({ rttMs, lossPercent, availableKbps, jitterMs }).filter(
    ([, one]) => one !== null,
  );
  signalling.tell("call:quality", {
    callId,
    grade: quality.grade,
    ...(quality.cause === null ? {} : { cause: quality.cause }),
    stats: Object.fromEntries(known),
  });
}
