// Words for what stands between two participants.

import type { CallError } from "@aethex/calls-client";
import type { Messages, Translator } from "../i18n/index.js";

/** One or two sentences: why a media connection does not work. */
export function linkErrorText(error: CallError, t: Translator<Messages>["t"]): string {
  switch (error.name) {
    case "IceFailed":
      return t("stats.error.network");
    case "TurnExpired":
    case "RelayUnavailable":
      return t("stats.error.relay");
    case "ConnectionLost":
    case "Unreachable":
      return t("stats.error.lost");
    case "PermissionDenied":
    case "DeviceMissing":
    case "DeviceBusy":
    case "Overconstrained":
    case "Kicked":
    case "Full":
    case "Refused":
    case "Unsupported":
      return t("stats.error.other");
  }
}
