// Which of the notices of a call is shown: one at a time.

import type { Notice } from "@aethex/calls-client";

/** What others did to this microphone, the most urgent first: whoever was muted and is not told talks to nobody. */
const FIRST = ["unmute-requested", "muted-by-host"] as const satisfies readonly Notice["kind"][];

/** What waits for those: they are settled with one press, these stay. */
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
 * own.
 *
 * @param notices - Most urgent first.
 */
export function noticeToShow(notices: readonly Notice[]): Notice | null {
  const open = notices.filter(({ kind }) => kind !== "audio-blocked");
  const first = open[0] ?? null;
  if (first === null || !CAN_WAIT.has(first.kind)) return first;
  const said = FIRST.map((kind) => open.findLast((one) => one.kind === kind));
  return said.find((one) => one !== undefined) ?? first;
}
