// Which of the notices of a call is shown: one at a time.

import type { Notice } from "@aethex/calls-client";

/** What waits while somebody is asked to speak: the asking is answered with one press, these stay. */
const CAN_WAIT: ReadonlySet<Notice["kind"]> = new Set([
  "camera-failed",
  "screen-failed",
  "device-changed",
  "muted-by-host",
  "turn-unavailable",
  "weak-network",
  "request-failed",
]);

/**
 * The notice for the banner; null when there is none. The sound that the browser holds back has a button of its
 * own. What is about a microphone that is off is moot once it is on.
 *
 * @param notices - Most urgent first.
 * @param microphoneOn - The person has their microphone on.
 */
export function noticeToShow(notices: readonly Notice[], microphoneOn: boolean): Notice | null {
  const open = notices.filter(
    ({ kind }) =>
      kind !== "audio-blocked" &&
      !(microphoneOn && (kind === "muted-by-host" || kind === "unmute-requested")),
  );
  const first = open[0] ?? null;
  if (first === null || !CAN_WAIT.has(first.kind)) return first;
  return open.findLast(({ kind }) => kind === "unmute-requested") ?? first;
}
