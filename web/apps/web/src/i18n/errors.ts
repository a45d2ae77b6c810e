// What a failed request is called in front of people.

import type { Translator } from "@aethex/calls-react/i18n";
import type { ApiError } from "../api/problem.js";
import type { AppMessages } from "./Words.js";

/** One sentence for a person: what happened and what helps. */
export function wordedError(error: ApiError, { t }: Translator<AppMessages>): string {
  switch (error.code) {
    case "offline":
      return t("error.offline");
    case "unavailable":
    case "request_timeout":
      return t("error.unavailable");
    case "rate_limited":
      return error.retryAfterSeconds === null
        ? t("error.rate_limited")
        : t("error.rateLimitedFor", { count: Math.ceil(error.retryAfterSeconds) });
    case "forbidden":
    case "not_member":
      return t("error.forbidden");
    case "managed_elsewhere":
      return t("error.managed_elsewhere");
    case "not_found":
    case "conversation_not_found":
    case "call_not_found":
      return t("error.not_found");
    case "user_not_found":
      return t("error.user_not_found");
    case "internal":
      return t("error.internal", { request: error.requestId ?? "–" });
    default:
      return t("error.unknown");
  }
}
