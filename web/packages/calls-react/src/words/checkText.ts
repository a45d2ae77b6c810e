// Words for what a check of the connection found.

import type { CheckedStep, ConnectivityState } from "@aethex/calls-client";
import type { MessageKey, Messages, Translator } from "../i18n/index.js";

type Words = Pick<Translator<Messages>, "t" | "duration">;

/** One line for a step that is done; null while it runs. */
export function stepText(step: CheckedStep, { t, duration }: Words): string | null {
  const { status, reason, tookMs, offsetMs } = step;
  if (status === "pending") return null;
  const ms = Math.max(1, tookMs ?? 0);
  if (reason === null && step.step === "socket") return t("check.socketOk", { ms });
  if (reason === null && step.step.startsWith("turn")) return t("check.relayOk", { ms });
  if (reason === "skewed") {
    return t("check.clockSkewed", { duration: duration(Math.round(Math.abs(offsetMs ?? 0) / 1000)) });
  }
  return t(plainKey(step));
}

/** The messages that need no values. */
type PlainKey = Exclude<MessageKey, "check.socketOk" | "check.relayOk" | "check.clockSkewed"> &
  `check.${string}`;

function plainKey({ step, reason }: CheckedStep): PlainKey {
  const device = step === "microphone" || step === "camera";
  switch (reason) {
    case null:
      return step === "clock" ? "check.clockOk" : step === "stun" ? "check.stunOk" : "check.deviceOk";
    case "unreachable":
      if (step === "socket") return "check.socketUnreachable";
      return step === "stun" ? "check.stunUnreachable" : "check.relayUnreachable";
    case "refused":
      return step === "socket" ? "check.socketRefused" : "check.relayRefused";
    case "unsupported":
      return device ? "check.deviceUnknown" : "check.unsupported";
    case "asks-first":
      return "check.deviceAsks";
    case "blocked":
      return "check.deviceBlocked";
    case "no-data":
      return "check.relayNoData";
    case "no-credentials":
      return "check.relayNoCredentials";
    case "not-configured":
      return "check.notConfigured";
    case "no-socket":
      return "check.noSocket";
    case "skewed":
    case "stopped":
      return "check.stopped";
  }
}

/** What it comes to, in one sentence; null while it runs. */
export function verdictText({ running, steps }: ConnectivityState, { t }: Pick<Words, "t">): string | null {
  if (running) return null;
  const statusOf = (name: CheckedStep["step"]) => steps.find(({ step }) => step === name)?.status;
  if (statusOf("socket") !== "ok") return t("check.offline");
  const ways = steps.filter(({ step }) => step === "stun" || step.startsWith("turn"));
  const tried = ways.filter(({ status }) => status !== "skipped");
  if (tried.length > 0 && tried.every(({ status }) => status === "failed")) return t("check.bad");
  return t(steps.some(({ status }) => status === "failed") ? "check.some" : "check.good");
}
