// What the two ends of a media connection tell each other.

import type { AnswerDescription, IceCandidate, OfferDescription } from "../wire/index.js";

/** An offer, an answer, or a candidate; `negotiationId` is the number of the offer it belongs to. */
export type PeerSignal =
  | { readonly kind: "offer"; readonly offer: OfferDescription; readonly negotiationId?: number }
  | { readonly kind: "answer"; readonly answer: AnswerDescription; readonly negotiationId?: number }
  | { readonly kind: "candidate"; readonly candidate: IceCandidate | null; readonly negotiationId?: number };
