// Words for the end of a call: what happened, why, and what can be done.

import type { CallState, Ended, EndReason, StopReason } from "@aethex/calls-client";
import type { Messages, Translator } from "../i18n/index.js";
import { refusalText } from "./refusalText.js";

/** What may be offered after a call. */
export type EndedOffer = "call-again" | "call-back" | "rejoin" | "join-running" | "try-again" | null;

/** What the screen after a call says. */
export interface EndedText {
  readonly title: string;
  /** Why, and what to do; null when the title says it all. */
  readonly text: string | null;
  readonly offer: EndedOffer;
  /** Whether it was the person's own doing, or an ordinary goodbye: nothing that must be read. */
  readonly ordinary: boolean;
}

/** What is known about the call that ended. */
export interface EndedCall extends Pick<CallState, "ended" | "direction" | "selfId" | "participants"> {
  /** The others' names, for when the server never told them. */
  readonly fallbackName?: string | undefined;
}

type Reason = EndReason | StopReason | "refused" | "left";
type Words = (call: Facts, t: Translator<Messages>["t"]) => EndedText;

/** What the words depend on. */
interface Facts {
  readonly ended: Ended;
  readonly outgoing: boolean;
  readonly byMe: boolean;
  /** Who ended it; null when unknown. */
  readonly by: string | null;
  /** The other person, or whoever stands for the group. */
  readonly other: string;
  readonly direct: boolean;
}

/** Words the end of `call`; null while it has not ended. Unknown reasons are shown as they are. */
export function endedText(call: EndedCall, t: Translator<Messages>["t"]): EndedText | null {
  const { ended } = call;
  if (ended === null) return null;
  const others = call.participants.filter((one) => !one.isSelf);
  const other =
    (call.direction === "incoming" ? (others.find((one) => one.role === "host") ?? others[0]) : others[0])
      ?.userName ??
    call.fallbackName ??
    t("ring.someone");
  const facts: Facts = {
    ended,
    outgoing: call.direction === "outgoing",
    byMe: ended.endedBy !== null && ended.endedBy === call.selfId,
    by: others.find((one) => one.userId === ended.endedBy)?.userName ?? null,
    other,
    direct: others.length <= 1,
  };
  const words = isKnown(ended.reason) ? WORDS[ended.reason] : unknownReason;
  const said = words(facts, t);
  // Whoever was refused was not in the call: their words say what may help.
  return ended.joinable && ended.reason !== "refused" ? { ...said, offer: "rejoin" } : said;
}

const goodbye = (title: string): EndedText => ({ title, text: null, offer: "call-again", ordinary: true });
const told = (title: string, text: string | null, offer: EndedOffer): EndedText => ({
  title,
  text,
  offer,
  ordinary: false,
});

const unknownReason: Words = ({ ended }, t) =>
  told(t("ended.title"), t("ended.unknownText", { reason: ended.reason }), "call-again");

const noAnswer: Words = ({ outgoing, other }, t) =>
  outgoing
    ? told(t("ended.noAnswer"), t("ended.noAnswerText", { name: other }), "call-again")
    : told(t("ended.missed"), t("ended.missedText", { name: other }), "call-back");

const declined: Words = ({ outgoing, other }, t) =>
  outgoing
    ? told(t("ended.rejected"), t("ended.rejectedText", { name: other }), "call-again")
    : { ...goodbye(t("ended.declinedByYou")), offer: "call-back" };

const refused: Words = ({ ended, outgoing }, t) => {
  const { error } = ended;
  const running = error?.refusal?.code === "call_active" && error.refusal.callId !== undefined;
  return told(
    t(outgoing ? "ended.refused" : "ended.answerRefused"),
    error === null ? null : refusalText(error, t),
    running ? "join-running" : "try-again",
  );
};

/** A word for every reason there is: a new one of the wire contract does not compile without it. */
const WORDS: Record<Reason, Words> = {
  left: (_, t) => goodbye(t("ended.byYou")),
  "ended-by-user": ({ byMe, by }, t) =>
    goodbye(byMe ? t("ended.byYouAll") : by === null ? t("ended.title") : t("ended.byOther", { name: by })),
  "ended-by-host": ({ byMe, by }, t) =>
    goodbye(
      byMe ? t("ended.byYouAll") : by === null ? t("ended.byHostUnknown") : t("ended.byHost", { name: by }),
    ),
  ended: (_, t) => goodbye(t("ended.title")),
  "last-left": (_, t) => goodbye(t("ended.lastLeft")),
  cancelled: ({ outgoing, other }, t) =>
    outgoing
      ? goodbye(t("ended.cancelledByYou"))
      : told(t("ended.cancelledByOther", { name: other }), null, "call-back"),
  timeout: noAnswer,
  rejected: declined,
  declined,
  busy: ({ outgoing, other }, t) =>
    outgoing
      ? told(t("ended.busy"), t("ended.busyText", { name: other }), "call-again")
      : told(t("ended.missed"), t("ended.missedText", { name: other }), "call-back"),
  "connection-failed": (_, t) =>
    told(t("ended.connectionFailed"), t("ended.connectionFailedText"), "call-again"),
  "connection-lost": (_, t) => told(t("ended.connectionLost"), t("ended.connectionLostText"), "call-again"),
  "max-duration": (_, t) => told(t("ended.maxDuration"), t("ended.maxDurationText"), "call-again"),
  "alone-timeout": (_, t) => told(t("ended.aloneTimeout"), t("ended.aloneTimeoutText"), "call-again"),
  replaced: (_, t) => told(t("ended.replaced"), t("ended.replacedText"), null),
  "server-restart": (_, t) => told(t("ended.serverRestart"), t("ended.serverRestartText"), "call-again"),
  capacity: (_, t) => told(t("ended.capacity"), t("ended.capacityText"), "try-again"),
  "conversation-deleted": (_, t) =>
    told(t("ended.conversationDeleted"), t("ended.conversationDeletedText"), null),
  "internal-error": (_, t) => told(t("ended.internalError"), t("ended.internalErrorText"), "call-again"),
  "answered-elsewhere": (_, t) => told(t("ended.elsewhere"), t("ended.elsewhereText"), null),
  "handed-off": (_, t) => told(t("ended.handedOff"), t("ended.handedOffText"), null),
  removed: (_, t) => told(t("ended.removed"), t("ended.removedText"), null),
  refused,
};

/** Every reason that has words of its own, for tests and for products with their own screens. */
export const KNOWN_REASONS: readonly string[] = Object.keys(WORDS);

function isKnown(reason: string): reason is Reason {
  return Object.hasOwn(WORDS, reason);
}
