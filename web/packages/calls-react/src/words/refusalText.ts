// Words for what the server refused, or what kept a request from reaching it.

import type { CallError, ErrorCode } from "@aethex/calls-client";
import type { MessageKey, Messages, Translator } from "../i18n/index.js";

type PlainKey = Extract<MessageKey, `refusal.${string}`>;

/** Codes that a person can do something about; the others are worded as `refusal.other`. */
const BY_CODE: Partial<Record<ErrorCode, PlainKey>> = {
  unauthorized: "refusal.unauthorized",
  token_expired: "refusal.unauthorized",
  not_found: "refusal.notFound",
  call_not_found: "refusal.notFound",
  conversation_not_found: "refusal.conversation",
  not_member: "refusal.conversation",
  forbidden: "refusal.right",
  callee_blocked: "refusal.blocked",
  no_invitees: "refusal.noInvitees",
  too_many_invitees: "refusal.tooMany",
  call_active: "refusal.callActive",
  call_ended: "refusal.callEnded",
  call_not_active: "refusal.notActive",
  answered_elsewhere: "refusal.elsewhere",
  not_this_device: "refusal.elsewhere",
  seat_gone: "refusal.elsewhere",
  full: "refusal.full",
  removed: "refusal.removed",
  capability_missing: "refusal.right",
  device_in_call: "refusal.deviceInCall",
  rate_limited: "refusal.rateLimited",
  too_many_sockets: "refusal.rateLimited",
  unavailable: "refusal.unavailable",
  request_timeout: "refusal.unavailable",
  idempotency_in_progress: "refusal.unavailable",
};

/** One or two sentences: what was in the way, and what to do. */
export function refusalText(error: CallError, t: Translator<Messages>["t"]): string {
  if (error.refusal !== null) return t(BY_CODE[error.refusal.code] ?? "refusal.other");
  switch (error.name) {
    case "Unreachable":
    case "ConnectionLost":
      return t("refusal.offline");
    case "Unsupported":
      return t("refusal.unsupported");
    case "Full":
      return t("refusal.full");
    case "Kicked":
      return t("refusal.removed");
    case "IceFailed":
    case "TurnExpired":
    case "RelayUnavailable":
      return t("ended.connectionFailedText");
    case "PermissionDenied":
    case "DeviceMissing":
    case "DeviceBusy":
    case "Overconstrained":
    case "Refused":
      return t("refusal.other");
  }
}
