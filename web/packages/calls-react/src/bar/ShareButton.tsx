// The button that shares the screen.

import { MonitorUp, MonitorX } from "lucide-react";
import { useScreenShare } from "../hooks/useScreenShare.js";
import { IconButton } from "../ui/IconButton.js";

/** Absent where the browser cannot share, or the person may not. */
export function ShareButton() {
  const share = useScreenShare();
  if (share === null) return null;
  const sharing = share.state !== "off";
  return (
    <IconButton
      {...share.buttonProps}
      variant="raised"
      label={share.label}
      icon={sharing ? <MonitorX aria-hidden="true" /> : <MonitorUp aria-hidden="true" />}
      shortcut="S"
      data-state={sharing ? "open" : undefined}
    />
  );
}
