// Camera, microphone and speaker: choosing and trying them.

import type { CallError, Device } from "@aethex/calls-client";
import { canChooseSpeaker, playTestTone, useDevices, useSelector } from "@aethex/calls-react";
import { Banner, Button, LevelMeter, Select } from "@aethex/calls-react/ui";
import { Camera, Mic, Volume2 } from "lucide-react";
import { useEffect, useState } from "react";
import { useCallHere } from "../call/useCallHere.js";
import { useApp, usePersonal } from "../frame/scopes.js";
import { useWords } from "../i18n/Words.js";
import { CameraPreview } from "./CameraPreview.js";
import rows from "./rows.module.css";
import { Section } from "./Section.js";
import { wordedDeviceError } from "./wordedDeviceError.js";

/** The pickers, a preview, a meter and a test sound. Capture starts by a click and ends with the page. */
export function DevicesSection() {
  const { warn } = useApp();
  const { preview } = usePersonal().client;
  const words = useWords();
  const { t } = words;
  const devices = useDevices(preview);
  const microphone = useSelector(preview.store, (state) => state.microphone);
  const camera = useSelector(preview.store, (state) => state.camera);
  const [asked, setTrying] = useState(false);
  // A call has the same camera and microphone: trying them would switch them on for the others.
  const inCall = useCallHere() !== null;
  const trying = asked && !inCall;
  const [sounding, setSounding] = useState(false);
  const [silent, setSilent] = useState(false);
  useEffect(() => {
    preview.refreshDevices().catch(warn);
  }, [preview, warn]);
  useEffect(() => {
    if (!trying) return;
    // What goes wrong is in the state, by device.
    preview.setMicrophone(true).catch(warn);
    preview.setCamera(true).catch(warn);
    return () => preview.stop();
  }, [trying, preview, warn]);

  const choose = (kind: Device["kind"], value: string): void => {
    devices.choose(kind, value === "" ? null : value).catch(warn);
  };
  const options = (list: readonly Device[]) => [
    { value: "", label: t("settings.deviceDefault") },
    ...list
      .filter((device) => device.deviceId !== "" && device.deviceId !== "default")
      .map((device, index) => ({
        value: device.deviceId,
        label: device.label === "" ? t("settings.deviceUnnamed", { number: index + 1 }) : device.label,
      })),
  ];
  const sound = (): void => {
    setSounding(true);
    setSilent(false);
    playTestTone({ speakerId: devices.speakerId })
      .catch(() => setSilent(true))
      .finally(() => setSounding(false));
  };
  return (
    <Section title={t("settings.devices")} text={t("settings.devicesText")}>
      <div className={rows.pair}>
        <Select
          label={t("settings.camera")}
          icon={<Camera />}
          value={devices.cameraId ?? ""}
          options={options(devices.cameras)}
          onChange={(value) => choose("videoinput", value)}
        />
        <Select
          label={t("settings.microphone")}
          icon={<Mic />}
          value={devices.microphoneId ?? ""}
          options={options(devices.microphones)}
          onChange={(value) => choose("audioinput", value)}
        />
        {canChooseSpeaker() ? (
          <Select
            label={t("settings.speaker")}
            icon={<Volume2 />}
            value={devices.speakerId ?? ""}
            options={options(devices.speakers)}
            onChange={(value) => choose("audiooutput", value)}
          />
        ) : (
          <p className={rows.hint}>{t("settings.speakerDefault")}</p>
        )}
      </div>
      {trying ? (
        <>
          <DeviceFault error={camera.error} />
          <DeviceFault error={microphone.error} />
          <CameraPreview track={camera.track} />
          <LevelMeter levels={preview.levels} label={t("settings.level")} />
          <p className={rows.hint}>{t("settings.speakHint")}</p>
        </>
      ) : null}
      <div className={rows.buttons}>
        {inCall ? null : (
          <Button variant={trying ? "outline" : "primary"} onClick={() => setTrying(!trying)}>
            {trying ? t("settings.stopTrying") : t("settings.tryDevices")}
          </Button>
        )}
        <Button icon={<Volume2 aria-hidden="true" />} busy={sounding} onClick={sound}>
          {t("settings.testSound")}
        </Button>
      </div>
      {silent ? (
        <div role="alert">
          <Banner tone="warn">{t("settings.testSoundFailed")}</Banner>
        </div>
      ) : trying ? null : (
        <p className={rows.hint}>{inCall ? t("settings.tryInCall") : t("settings.tryDevicesText")}</p>
      )}
    </Section>
  );
}

function DeviceFault({ error }: { error: CallError | null }) {
  const { warn } = useApp();
  const words = useWords();
  if (error === null) return null;
  const retry = { label: words.t("app.retry"), onClick: () => void error.recover().catch(warn) };
  return (
    <div role="alert">
      <Banner tone="warn" action={error.recoverable ? retry : undefined}>
        {wordedDeviceError(error, words)}
      </Banner>
    </div>
  );
}
