// The own microphone, as a button.

import { sourceButton } from "../bar/sourceButton.js";
import { useIntent } from "../bar/useIntent.js";
import { useI18n } from "../i18n/index.js";
import { type CallButton, callButton } from "./callButton.js";
import { useCall } from "./useCall.js";

/**
 * Turns the own microphone on and off; when it failed, tries it again.
 *
 * @throws Error outside of a `SessionProvider`.
 */
export function useMicrophone(): CallButton {
  const { t } = useI18n();
  const intend = useIntent();
  const state = useCall((call) => sourceButton(call.local.microphone));
  const label = t(state === "off" ? "mic.turnOn" : state === "failed" ? "mic.retry" : "mic.turnOff");
  const enabled = state === "off" || state === "failed";
  return callButton(label, state, () => intend({ type: "set-microphone", enabled }));
}
