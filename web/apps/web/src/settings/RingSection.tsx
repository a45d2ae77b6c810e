// How calls are heard and shown when they come.

import { createRinger, useSelector } from "@aethex/calls-react";
import { Button, Switch } from "@aethex/calls-react/ui";
import { BellRing } from "lucide-react";
import { useEffect, useState } from "react";
import { useApp } from "../frame/scopes.js";
import { useWords } from "../i18n/Words.js";
import { NotificationRow } from "./NotificationRow.js";
import rows from "./rows.module.css";
import { Section } from "./Section.js";

/** How long the ring is played as a sample, in milliseconds. */
const SAMPLE_MS = 2600;

/** Ring sound, volume, attention. */
export function RingSection() {
  const { preferences } = useApp();
  const words = useWords();
  const { t } = words;
  const { ringSound, ringVolume, notifications } = useSelector(preferences.store, (values) => values);
  const [ringer] = useState(() => createRinger());
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return;
    ringer.start("incoming", { volume: ringVolume });
    const timer = setTimeout(() => setPlaying(false), SAMPLE_MS);
    return () => {
      clearTimeout(timer);
      ringer.stop();
    };
  }, [playing, ringer, ringVolume]);
  useEffect(() => () => ringer.close(), [ringer]);
  return (
    <Section title={t("settings.ringing")}>
      <Switch
        label={t("settings.ringSound")}
        text={t("settings.ringSoundText")}
        checked={ringSound}
        onChange={(next) => preferences.change({ ringSound: next })}
      />
      {ringSound ? (
        <div className={rows.inline}>
          <label className={rows.range}>
            {t("settings.ringVolume")}
            <input
              type="range"
              min="0"
              max="1"
              step="0.05"
              value={ringVolume}
              aria-valuetext={words.number(ringVolume, { style: "percent" })}
              onChange={(event) => preferences.change({ ringVolume: event.target.valueAsNumber })}
            />
          </label>
          <Button icon={<BellRing aria-hidden="true" />} busy={playing} onClick={() => setPlaying(true)}>
            {t("settings.ringTest")}
          </Button>
        </div>
      ) : null}
      <Switch
        label={t("settings.attention")}
        text={t("settings.attentionText")}
        checked={notifications}
        onChange={(next) => preferences.change({ notifications: next })}
      />
      {notifications ? <NotificationRow /> : null}
    </Section>
  );
}
