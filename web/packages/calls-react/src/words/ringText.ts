// Words for somebody who calls.

import type { CallType, Ring, RingOver } from "@aethex/calls-client";
import type { Messages, Translator } from "../i18n/index.js";

type T = Translator<Messages>["t"];

const TYPE = { audio: "ring.audio", video: "ring.video", screen: "ring.screen" } as const satisfies Record<
  CallType,
  string
>;

/** Who calls. */
export function callerName(ring: Ring, t: T): string {
  return ring.callerName === "" ? t("ring.someone") : ring.callerName;
}

/**
 * What kind of call it is, with how many others.
 *
 * @param selfId - Oneself, who is not counted.
 */
export function ringText(ring: Ring, selfId: string | null, t: T): string {
  const type = t(TYPE[ring.type]);
  const count = ring.participants.filter(
    (one) => one.userId !== selfId && one.userId !== ring.callerId,
  ).length;
  const what = count === 0 ? type : t("ring.group", { type, count });
  return ring.running ? `${what} · ${t("ring.running")}` : what;
}

/** Why a ring is no longer shown. */
export function ringOverText({ ring, reason }: RingOver, t: T): string {
  switch (reason) {
    case "answered-elsewhere":
    case "handed-off":
      return t("ring.over.answered-elsewhere");
    case "declined":
      return t("ring.over.declined");
    case "cancelled":
      return t("ring.over.cancelled", { name: callerName(ring, t) });
    case "timeout":
      return t("ring.over.timeout", { name: callerName(ring, t) });
    case "ended":
      return t("ring.over.ended");
    default:
      return t("ring.over.other");
  }
}
