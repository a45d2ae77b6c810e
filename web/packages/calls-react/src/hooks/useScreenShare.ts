// Sharing the screen, as a button.

import { browserFeatures } from "@aethex/calls-client";
import { useIntent } from "../bar/useIntent.js";
import { useI18n } from "../i18n/index.js";
import { useCallOptions } from "../provider/options.js";
import { type CallButton, callButton } from "./callButton.js";
import { useCall } from "./useCall.js";

/**
 * Shares the screen, with its sound where the browser can, or stops that; null where the browser, the
 * product or the call does not allow it.
 *
 * @throws Error outside of a `SessionProvider`.
 */
export function useScreenShare(): CallButton | null {
  const { t } = useI18n();
  const intend = useIntent();
  const { features } = useCallOptions();
  const state = useCall((call) => call.local.screen.status);
  const allowed = useCall((call) => call.capabilities.has("screen"));
  if (!allowed || features.screenShare === false || !canShareScreen()) return null;
  return callButton(t(state === "off" ? "share.start" : "share.stop"), state, () =>
    intend(state === "off" ? { type: "share-screen", audio: true } : { type: "stop-sharing" }),
  );
}

/** Whether this browser can; phones cannot. */
export function canShareScreen(): boolean {
  return browserFeatures().screen;
}
