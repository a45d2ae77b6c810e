// Words for a notice, and the one button that helps.

import type { CallError, Notice } from "@aethex/calls-client";
import type { MessageKey, Messages, Translator } from "../i18n/index.js";
import { refusalText } from "./refusalText.js";

/** What the button of a notice does. */
export type NoticeAction =
  /** Asks for the device, or connects, once more: `error.recover()`. */
  | "recover"
  /** Tries everything that failed once more. */
  | "retry"
  /** Shows how to allow a device. */
  | "permission-help"
  /** Goes back to the default device. */
  | "default-device"
  | "audio-only"
  | "hear"
  | "unmute";

/** What a banner shows for a notice. */
export interface NoticeText {
  readonly text: string;
  readonly tone: "neutral" | "warning" | "danger";
  readonly action: { readonly does: NoticeAction; readonly label: string } | null;
  /** Notices about a state that is being repaired go by themselves. */
  readonly dismissible: boolean;
}

type T = Translator<Messages>["t"];

/**
 * Words `notice`; `nameOf` gives the name of a participant, null when unknown.
 *
 * @param served - Media goes through the server: without it the call may not go on.
 */
export function noticeText(
  notice: Notice,
  t: T,
  nameOf: (userId: string) => string | null,
  served = false,
): NoticeText {
  const name = notice.userId === null ? null : nameOf(notice.userId);
  switch (notice.kind) {
    case "signalling-lost":
      return {
        text: t(served ? "notice.signallingLostServed" : "notice.signallingLost"),
        tone: "warning",
        action: null,
        dismissible: false,
      };
    case "media-lost":
      return {
        text: name === null ? t("notice.mediaLost") : t("notice.mediaLostWith", { name }),
        tone: "warning",
        action: { does: "retry", label: t("notice.act.tryNow") },
        dismissible: false,
      };
    case "weak-network":
      return name === null
        ? {
            text: t("notice.weakNetwork"),
            tone: "warning",
            action: { does: "audio-only", label: t("notice.act.audioOnly") },
            dismissible: true,
          }
        : { text: t("notice.weakNetworkWith", { name }), tone: "warning", action: null, dismissible: true };
    case "audio-blocked":
      return {
        text: t("notice.audioBlocked"),
        tone: "warning",
        action: { does: "hear", label: t("notice.act.hear") },
        dismissible: false,
      };
    case "microphone-failed":
      return deviceFailed("mic", notice.error, t);
    case "camera-failed":
      return deviceFailed("cam", notice.error, t);
    case "screen-failed":
      return screenFailed(notice.error, t);
    case "device-changed":
      return { text: t("notice.deviceChanged"), tone: "neutral", action: null, dismissible: true };
    case "muted-by-host":
      return {
        text: t("notice.mutedByHost"),
        tone: "neutral",
        action: { does: "unmute", label: t("notice.act.unmute") },
        dismissible: true,
      };
    case "unmute-requested":
      return {
        text: name === null ? t("notice.unmuteRequested") : t("notice.unmuteRequestedBy", { name }),
        tone: "neutral",
        action: { does: "unmute", label: t("notice.act.unmute") },
        dismissible: true,
      };
    case "sfu-unreachable":
      return {
        text: t("notice.sfuUnreachable"),
        tone: "danger",
        action: { does: "retry", label: t("notice.act.tryNow") },
        dismissible: false,
      };
    case "turn-unavailable":
      return relayMissing(notice.error, t);
    case "request-failed":
      return {
        text: notice.error === null ? t("refusal.other") : refusalText(notice.error, t),
        tone: "danger",
        action:
          notice.error?.recoverable === true ? { does: "recover", label: t("notice.act.tryAgain") } : null,
        dismissible: true,
      };
  }
}

function relayMissing(error: CallError | null, t: T): NoticeText {
  const expired = error?.name === "TurnExpired";
  const needed = error?.name === "RelayUnavailable";
  return {
    text: t(expired ? "notice.turnExpired" : needed ? "notice.relayUnavailable" : "notice.turnUnavailable"),
    tone: "warning",
    action: error?.recoverable === true ? { does: "recover", label: t("notice.act.tryAgain") } : null,
    dismissible: true,
  };
}

function deviceFailed(device: "mic" | "cam", error: CallError | null, t: T): NoticeText {
  const base = { tone: "warning", dismissible: true } as const;
  const key = (what: "denied" | "missing" | "busy" | "constraint" | "other") =>
    `notice.${device}.${what}` satisfies MessageKey;
  const again = {
    does: error?.recoverable === true ? "recover" : "retry",
    label: t("notice.act.tryAgain"),
  } as const;
  if (error?.name === "PermissionDenied") {
    const action = { does: "permission-help", label: t("notice.act.howTo") } as const;
    return { ...base, text: t(key("denied")), action };
  }
  if (error?.name === "Overconstrained") {
    const action = { does: "default-device", label: t("notice.act.useDefault") } as const;
    return { ...base, text: t(key("constraint")), action };
  }
  if (error?.name === "DeviceMissing") return { ...base, text: t(key("missing")), action: again };
  if (error?.name === "DeviceBusy") return { ...base, text: t(key("busy")), action: again };
  return { ...base, text: t(key("other")), action: again };
}

function screenFailed(error: CallError | null, t: T): NoticeText {
  const base = { tone: "warning", action: null, dismissible: true } as const;
  if (error?.name === "PermissionDenied") return { ...base, text: t("notice.screen.denied") };
  if (error?.name === "Unsupported") return { ...base, text: t("notice.screen.unsupported") };
  return { ...base, text: t("notice.screen.other") };
}
