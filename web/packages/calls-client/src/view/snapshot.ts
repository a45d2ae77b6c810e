// Whole calls and unnumbered news taken into a view without making new objects for what stayed the same.

import type { CallBody, QualityEvent, StateEvent } from "../wire/index.js";
import type { CallView, ParticipantView } from "./callView.js";
import { kept, keptList } from "./identity.js";
import { viewOfCall } from "./origin.js";

/** Takes a whole call into the view. One that is older than the view is ignored. */
export function applySnapshot(view: CallView, body: CallBody | StateEvent): CallView {
  return applyView(view, viewOfCall(body));
}

/** Takes a newer view of the same call into this one. One that is older is ignored. */
export function applyView(view: CallView, next: CallView): CallView {
  if (next.callId !== view.callId || next.rev < view.rev) return view;
  // Of the same age, the one that knows more.
  if (next.rev === view.rev && view.whole && !next.whole) return view;
  const participants = next.participants.map((one) => unchanged(view, one));
  return kept(view, {
    ...next,
    // What the caller attached never changes.
    metadata: view.whole ? view.metadata : next.metadata,
    participants: keptList(view.participants, participants),
  });
}

/** Takes in what somebody reports of their connection (`call:quality`, which has no number). */
export function applyQuality(view: CallView, event: QualityEvent): CallView {
  if (event.callId !== view.callId) return view;
  const quality = { grade: event.grade, cause: event.cause };
  const participants = view.participants.map((one) =>
    one.userId === event.userId ? kept(one, { ...one, quality: kept(one.quality, quality) }) : one,
  );
  return kept(view, { ...view, participants: keptList(view.participants, participants) });
}

/** The entry that the view has already, when `next` says the same of the person. */
function unchanged(view: CallView, next: ParticipantView): ParticipantView {
  const before = view.participants.find((one) => one.userId === next.userId);
  if (before === undefined) return next;
  // A snapshot names the grade alone: while it is the same, so is its cause.
  const sameGrade = next.quality?.cause === null && next.quality.grade === before.quality?.grade;
  return kept(before, {
    ...next,
    quality: sameGrade ? before.quality : kept(before.quality, next.quality),
    mediaState: kept(before.mediaState, next.mediaState),
  });
}
