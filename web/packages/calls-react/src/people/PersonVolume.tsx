// How loud one person is played on this device.

import type { ParticipantState } from "@aethex/calls-client";
import { Volume1, Volume2, VolumeX } from "lucide-react";
import { useIntent } from "../bar/useIntent.js";
import { useI18n } from "../i18n/index.js";
import { IconButton } from "../ui/IconButton.js";
import { Popover } from "../ui/Popover.js";
import { Slider } from "../ui/Slider.js";

/** A button that opens a slider. Nobody else hears of it. */
export function PersonVolume({ participant }: { participant: ParticipantState }) {
  const { t, number } = useI18n();
  const intend = useIntent();
  const { userId, userName: name, volume } = participant;
  const percent = number(volume, { style: "percent", maximumFractionDigits: 0 });
  const label = t("people.volume", { name });
  return (
    <Popover
      label={label}
      side="bottom"
      align="end"
      trigger={
        <IconButton
          label={volume === 1 ? label : t("people.volumeAt", { name, percent })}
          icon={
            volume === 0 ? (
              <VolumeX aria-hidden="true" />
            ) : volume < 1 ? (
              <Volume1 aria-hidden="true" />
            ) : (
              <Volume2 aria-hidden="true" />
            )
          }
          tooltipSide="left"
          aria-pressed={volume < 1 || undefined}
        />
      }
    >
      <Slider
        label={label}
        text={percent}
        value={volume}
        onChange={(next) => intend({ type: "set-volume", userId, volume: next })}
      />
    </Popover>
  );
}
