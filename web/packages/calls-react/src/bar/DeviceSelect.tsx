// A list of the devices of one kind.

import type { Device } from "@aethex/calls-client";
import { Mic, Video, Volume2 } from "lucide-react";
import { useDevices } from "../hooks/useDevices.js";
import { useI18n } from "../i18n/index.js";
import { Select } from "../ui/Select.js";

const kinds = {
  audioinput: { list: "microphones", chosen: "microphoneId", label: "mic.label", icon: <Mic /> },
  videoinput: { list: "cameras", chosen: "cameraId", label: "camera.label", icon: <Video /> },
  audiooutput: { list: "speakers", chosen: "speakerId", label: "speaker.label", icon: <Volume2 /> },
} as const;

/** Chooses a device for the call around. Loudspeakers: absent where the browser offers no choice. */
export function DeviceSelect({ kind }: { kind: Device["kind"] }) {
  const { t } = useI18n();
  const devices = useDevices();
  const { list, chosen, label, icon } = kinds[kind];
  const found = devices[list];
  if (kind === "audiooutput" && found.length === 0) return null;
  const named = found.filter((device) => device.deviceId !== "" && device.deviceId !== "default");
  const options = [
    { value: "", label: found.length === 0 ? t("device.none") : t("device.default") },
    ...named.map((device, index) => ({
      value: device.deviceId,
      label: device.label === "" ? t("device.unnamed", { number: index + 1 }) : device.label,
    })),
  ];
  const choose = (deviceId: string): void => {
    devices.choose(kind, deviceId === "" ? null : deviceId).catch(() => undefined); // is the device's error in the state
  };
  return (
    <Select
      label={t(label)}
      icon={icon}
      value={devices[chosen] ?? ""}
      options={options}
      onChange={choose}
      disabled={found.length === 0}
      hint={
        found.length > 0 && found.every((device) => device.label === "")
          ? t("device.hiddenLabels")
          : undefined
      }
    />
  );
}
