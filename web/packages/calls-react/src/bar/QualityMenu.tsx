// The menu of video qualities.

import type { QualityChoice } from "@aethex/calls-client";
import { Gauge } from "lucide-react";
import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { IconButton } from "../ui/IconButton.js";
import { Menu, MenuChoices } from "../ui/Menu.js";
import { useIntent } from "./useIntent.js";

/** From the best the network allows down to sound alone. */
export const QUALITY_CHOICES: readonly QualityChoice[] = ["auto", "720p", "480p", "240p", "audio-only"];

/** Chooses the resolution to send and receive at most. */
export function QualityMenu() {
  const { t } = useI18n();
  const intend = useIntent();
  const value = useCall((call) => call.qualityChoice);
  return (
    <Menu
      side="top"
      align="center"
      trigger={<IconButton variant="raised" label={t("quality.label")} icon={<Gauge aria-hidden="true" />} />}
    >
      <MenuChoices
        label={t("quality.label")}
        value={value}
        choices={QUALITY_CHOICES.map((one) => ({
          value: one,
          label: t(`quality.${one}`),
          text: t(`quality.${one}Text`),
        }))}
        onChange={(quality) => intend({ type: "set-quality", quality })}
      />
    </Menu>
  );
}
