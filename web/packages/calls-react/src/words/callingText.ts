// Words for a call on its way: calling, ringing, answering, connecting.

import type { CallState } from "@aethex/calls-client";
import type { Messages, Translator } from "../i18n/index.js";

/** What the words depend on. */
export type CallingCall = Pick<CallState, "phase" | "direction" | "rung" | "participants" | "signalling">;

/** The one line below the name. */
export function callingText(call: CallingCall, t: Translator<Messages>["t"]): string {
  if (call.signalling === "reconnecting") return t("calling.offline");
  if (call.phase === "starting") {
    return t(call.direction === "incoming" ? "calling.answering" : "calling.starting");
  }
  if (call.phase === "ringing") {
    const others = call.participants.filter((one) => !one.isSelf);
    if (others.length === 1 && others[0]?.busy === true) return t("calling.busy");
    return t(call.rung ? "calling.ringing" : "calling.sent");
  }
  return t("calling.connecting");
}
