// The button that shares the screen.

import { MonitorUp, MonitorX } from "lucide-react";
import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { useCallOptions } from "../provider/options.js";
import { IconButton } from "../ui/IconButton.js";
import { useIntent } from "./useIntent.js";

/** Absent where the browser cannot share, or the person may not. */
export function ShareButton() {
  const { t } = useI18n();
  const intend = useIntent();
  const { features } = useCallOptions();
  const status = useCall((call) => call.local.screen.status);
  const allowed = useCall((call) => call.capabilities.has("screen"));
  const able = typeof navigator.mediaDevices?.getDisplayMedia === "function";
  if (features.screenShare === false || !allowed || !able) return null;
  const sharing = status !== "off";
  return (
    <IconButton
      variant="raised"
      label={t(sharing ? "share.stop" : "share.start")}
      icon={sharing ? <MonitorX aria-hidden="true" /> : <MonitorUp aria-hidden="true" />}
      shortcut="S"
      data-state={sharing ? "open" : undefined}
      aria-busy={status === "starting" || undefined}
      onClick={() => intend(sharing ? { type: "stop-sharing" } : { type: "share-screen", audio: true })}
    />
  );
}
