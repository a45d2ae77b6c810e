// A list of devices to choose from.

import type { Device } from "@aethex/calls-client";
import type { ReactElement } from "react";
import { useI18n } from "../i18n/index.js";
import { Select } from "../ui/index.js";

/** What {@link DeviceSelect} takes. */
export interface DeviceSelectProps {
  readonly label: string;
  readonly icon: ReactElement;
  readonly devices: readonly Device[];
  /** Null for the default. */
  readonly chosen: string | null;
  readonly onChoose: (deviceId: string | null) => Promise<void>;
}

/** The ids by which browsers mean their own choice; it is always the first entry here. */
const DEFAULT_IDS: readonly string[] = ["", "default"];

/** The default, and every device by its name, or by its number while names are hidden. */
export function DeviceSelect({ label, icon, devices, chosen, onChoose }: DeviceSelectProps): ReactElement {
  const { t } = useI18n();
  const named = devices.filter((device) => !DEFAULT_IDS.includes(device.deviceId));
  const options = [
    { value: "", label: t(devices.length === 0 ? "device.none" : "device.default") },
    ...named.map((device, index) => ({
      value: device.deviceId,
      label: device.label === "" ? t("device.unnamed", { number: index + 1 }) : device.label,
    })),
  ];
  return (
    <Select
      label={label}
      labelHidden
      icon={icon}
      value={named.some((device) => device.deviceId === chosen) ? (chosen ?? "") : ""}
      options={options}
      disabled={devices.length === 0}
      onChange={(value) => {
        // A device that does not start shows as its error.
        onChoose(value === "" ? null : value).catch(() => undefined);
      }}
    />
  );
}
