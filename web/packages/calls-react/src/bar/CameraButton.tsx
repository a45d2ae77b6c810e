// The camera's button with its devices.

import { Video, VideoOff } from "lucide-react";
import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { ToggleButton } from "../ui/ToggleButton.js";
import styles from "./DevicePanel.module.css";
import { DeviceSelect } from "./DeviceSelect.js";
import { sourceButton } from "./sourceButton.js";
import { useIntent } from "./useIntent.js";

/** Turns the camera on and off; beside it, unless compact, another one is chosen. */
export function CameraButton({ compact = false }: { compact?: boolean | undefined }) {
  const { t } = useI18n();
  const intend = useIntent();
  const state = useCall((call) => sourceButton(call.local.camera));
  const label = {
    on: "camera.turnOff",
    starting: "camera.turnOff",
    off: "camera.turnOn",
    failed: "camera.retry",
  } as const;
  return (
    <ToggleButton
      label={t(label[state])}
      icon={
        state === "on" || state === "starting" ? (
          <Video aria-hidden="true" />
        ) : (
          <VideoOff aria-hidden="true" />
        )
      }
      state={state}
      shortcut="V"
      onToggle={() => intend({ type: "set-camera", enabled: state === "off" || state === "failed" })}
      {...(compact ? {} : { menuLabel: t("camera.devices"), menu: <CameraPanel /> })}
    />
  );
}

function CameraPanel() {
  return (
    <div className={styles.panel}>
      <DeviceSelect kind="videoinput" />
    </div>
  );
}
