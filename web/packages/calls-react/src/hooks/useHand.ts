// Raising one's hand, as a button.

import { useIntent } from "../bar/useIntent.js";
import { useI18n } from "../i18n/index.js";
import { useCallOptions } from "../provider/options.js";
import { type CallButton, callButton } from "./callButton.js";
import { useCall } from "./useCall.js";

/**
 * Raises the own hand or lowers it; null where the person may not, or the product does not offer it.
 *
 * @throws Error outside of a `SessionProvider`.
 */
export function useHand(): CallButton | null {
  const { t } = useI18n();
  const intend = useIntent();
  const { features } = useCallOptions();
  const raised = useCall((call) => call.participants.find((one) => one.isSelf)?.handRaisedAtMs ?? null);
  const allowed = useCall((call) => call.capabilities.has("raise-hand"));
  if (!allowed || features.raiseHand === false) return null;
  const up = raised !== null;
  return callButton(t(up ? "hand.lower" : "hand.raise"), up ? "on" : "off", () =>
    intend({ type: "raise-hand", raised: !up }),
  );
}
