// The settings of a running call.

import { Gauge, SquareUser } from "lucide-react";
import { DeviceSelect } from "../bar/DeviceSelect.js";
import { QUALITY_CHOICES } from "../bar/QualityMenu.js";
import { useIntent } from "../bar/useIntent.js";
import { useCall } from "../hooks/useCall.js";
import { useLayoutChoices } from "../hooks/useLayoutChoices.js";
import { useI18n } from "../i18n/index.js";
import { useCallOptions } from "../provider/options.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { useSession } from "../store/index.js";
import { Button } from "../ui/Button.js";
import { Dialog } from "../ui/Dialog.js";
import { LevelMeter } from "../ui/LevelMeter.js";
import { Select } from "../ui/Select.js";
import { Switch } from "../ui/Switch.js";
import styles from "./SettingsDialog.module.css";

/** Devices, video quality, self view and keys; each takes effect at once. */
export function SettingsDialog() {
  const { t } = useI18n();
  const view = useCallView();
  const open = useViewState((state) => state.dialog === "settings");
  const close = (): void => view.toggle("settings");
  if (!open) return null;
  return (
    <Dialog
      open
      onOpenChange={close}
      title={t("settings.title")}
      footer={
        <Button variant="primary" onClick={close}>
          {t("settings.done")}
        </Button>
      }
    >
      <DeviceSettings />
      <VideoSettings />
      <KeySettings />
    </Dialog>
  );
}

function DeviceSettings() {
  const { t } = useI18n();
  const { levels } = useSession();
  return (
    <section className={styles.group} aria-label={t("settings.devices")}>
      <DeviceSelect kind="audioinput" />
      <LevelMeter levels={levels} label={t("mic.level")} />
      <DeviceSelect kind="audiooutput" />
      <DeviceSelect kind="videoinput" />
    </section>
  );
}

function VideoSettings() {
  const { t } = useI18n();
  const intend = useIntent();
  const view = useCallView();
  const { selfViews } = useLayoutChoices();
  const selfView = useViewState((state) => state.selfView);
  const quality = useCall((call) => call.qualityChoice);
  const choose = (value: string): void => {
    const chosen = QUALITY_CHOICES.find((one) => one === value);
    if (chosen !== undefined) intend({ type: "set-quality", quality: chosen });
  };
  const chooseSelfView = (value: string): void => {
    const chosen = selfViews.find((one) => one.value === value);
    if (chosen !== undefined) view.setSelfView(chosen.value);
  };
  return (
    <section className={styles.group} aria-label={t("settings.video")}>
      <Select
        label={t("quality.label")}
        icon={<Gauge />}
        value={quality}
        options={QUALITY_CHOICES.map((one) => ({
          value: one,
          label: `${t(`quality.${one}`)} – ${t(`quality.${one}Text`)}`,
        }))}
        onChange={choose}
      />
      <Select
        label={t("self.label")}
        icon={<SquareUser />}
        value={selfView}
        options={selfViews}
        onChange={chooseSelfView}
      />
    </section>
  );
}

function KeySettings() {
  const { t } = useI18n();
  const view = useCallView();
  const { features } = useCallOptions();
  const on = useViewState((state) => state.singleKeys);
  if (features.singleKeys === false) return null;
  return (
    <Switch
      label={t("settings.keys")}
      text={t("settings.keysText")}
      checked={on}
      onChange={view.setSingleKeys}
    />
  );
}
