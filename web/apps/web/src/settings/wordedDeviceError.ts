// Why a device does not work, in words.

import type { CallError } from "@aethex/calls-client";
import type { Translator } from "@aethex/calls-react/i18n";
import type { AppMessages } from "../i18n/Words.js";

/** Which device, why, and what helps. */
export function wordedDeviceError(error: CallError, { t }: Translator<AppMessages>): string {
  const device = error.device === "camera" ? t("settings.camera") : t("settings.microphone");
  switch (error.name) {
    case "PermissionDenied": {
      const denied = error.device === "camera" ? t("settings.cameraDenied") : t("settings.microphoneDenied");
      return `${denied} ${t("settings.permissionHow")}`;
    }
    case "DeviceMissing":
      return `${device}: ${t("settings.deviceMissing")}`;
    case "DeviceBusy":
      return `${device}: ${t("settings.deviceBusy")}`;
    default:
      return `${device}: ${t("settings.deviceFailed")}`;
  }
}
