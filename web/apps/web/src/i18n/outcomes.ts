// How a past call went, in words.

import type { HistoryEntry } from "@aethex/calls-client";
import type { Translator } from "@aethex/calls-react/i18n";
import type { AppMessages } from "./Words.js";

/** "Missed", "Outgoing", "You declined". */
export function wordedOutcome(entry: HistoryEntry, { t }: Translator<AppMessages>): string {
  const { outcome, direction } = entry;
  switch (outcome) {
    case null:
      return t("outcome.running");
    case "answered":
      return t(`outcome.answered.${direction}`);
    case "declined":
      return t(`outcome.declined.${direction}`);
    case "busy":
      return t(`outcome.busy.${direction}`);
    case "cancelled":
      return t(`outcome.cancelled.${direction}`);
    case "missed":
      return t("outcome.missed");
    case "no-answer":
      return t("outcome.no-answer");
    case "joined-late":
      return t("outcome.joined-late");
    case "failed":
      return t("outcome.failed");
  }
}

/** Whether the person should notice it: somebody wanted to reach them and did not. */
export function isMissed(entry: HistoryEntry): boolean {
  return entry.missedReason !== null || entry.outcome === "missed";
}
