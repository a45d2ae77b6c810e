// The microphone's button with its devices.

import { Mic, MicOff } from "lucide-react";
import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { useSession } from "../store/index.js";
import { LevelMeter } from "../ui/LevelMeter.js";
import { ToggleButton } from "../ui/ToggleButton.js";
import styles from "./DevicePanel.module.css";
import { DeviceSelect } from "./DeviceSelect.js";
import { sourceButton } from "./sourceButton.js";
import { useIntent } from "./useIntent.js";

/** Turns the microphone on and off; beside it, unless compact, microphone and speaker are chosen. */
export function MicrophoneButton({ compact = false }: { compact?: boolean | undefined }) {
  const { t } = useI18n();
  const intend = useIntent();
  const state = useCall((call) => sourceButton(call.local.microphone));
  const label = {
    on: "mic.turnOff",
    starting: "mic.turnOff",
    off: "mic.turnOn",
    failed: "mic.retry",
  } as const;
  return (
    <ToggleButton
      label={t(label[state])}
      icon={
        state === "on" || state === "starting" ? <Mic aria-hidden="true" /> : <MicOff aria-hidden="true" />
      }
      state={state}
      shortcut="M"
      onToggle={() => intend({ type: "set-microphone", enabled: state === "off" || state === "failed" })}
      {...(compact ? {} : { menuLabel: t("mic.devices"), menu: <MicrophonePanel /> })}
    />
  );
}

function MicrophonePanel() {
  const { t } = useI18n();
  const { levels } = useSession();
  return (
    <div className={styles.panel}>
      <DeviceSelect kind="audioinput" />
      <LevelMeter levels={levels} label={t("mic.level")} />
      <DeviceSelect kind="audiooutput" />
    </div>
  );
}
