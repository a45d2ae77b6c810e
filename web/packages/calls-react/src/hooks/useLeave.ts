// Leaving the call, as a button.

import { useIntent } from "../bar/useIntent.js";
import { useI18n } from "../i18n/index.js";
import { type CallButton, callButton } from "./callButton.js";
import { useCall } from "./useCall.js";

/**
 * Leaves; a call of two ends by that, one that still rings is cancelled.
 *
 * @throws Error outside of a `SessionProvider`.
 */
export function useLeave(): CallButton {
  const { t } = useI18n();
  const intend = useIntent();
  const label = useCall((call) => {
    if (call.direction === "outgoing" && (call.phase === "starting" || call.phase === "ringing")) {
      return t("calling.cancel");
    }
    return t(call.participants.length > 2 ? "leave.leave" : "leave.end");
  });
  return callButton(label, "on", () => intend({ type: "leave" }));
}
