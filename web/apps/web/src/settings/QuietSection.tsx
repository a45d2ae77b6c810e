// Do not disturb, and until when.

import { useSelector } from "@aethex/calls-react";
import { Banner, Button, Select, Switch } from "@aethex/calls-react/ui";
import { useEffect, useState } from "react";
import { type ApiError, asApiError } from "../api/problem.js";
import { useApp, usePersonal } from "../frame/scopes.js";
import { wordedError } from "../i18n/errors.js";
import { briefText, timeText, tomorrowAt } from "../i18n/moments.js";
import { useWords } from "../i18n/Words.js";
import { isQuiet } from "../stores/profile.js";
import rows from "./rows.module.css";
import { Section } from "./Section.js";

const HOUR_MS = 3_600_000;
/** When the morning begins. */
const MORNING = 8;

/** The ends one can choose, seen from now; null: until it is switched off. */
const ENDS = {
  always: () => null,
  "1h": (now: number) => new Date(now + HOUR_MS),
  "4h": (now: number) => new Date(now + 4 * HOUR_MS),
  tomorrow: (now: number) => tomorrowAt(MORNING, now),
} as const;

type End = keyof typeof ENDS;

function isEnd(value: string): value is End {
  return value in ENDS;
}

/** A switch that all devices of the person follow. */
export function QuietSection() {
  const { now } = useApp();
  const { profile } = usePersonal();
  const words = useWords();
  const { t } = words;
  const { value, error } = useSelector(profile.store, (state) => state);
  const [end, setEnd] = useState<End>("always");
  const [failure, setFailure] = useState<ApiError | null>(null);
  useEffect(() => {
    if (profile.store.get().value === null) void profile.load();
  }, [profile]);
  const set = (on: boolean, chosen: End): void => {
    setFailure(null);
    setEnd(chosen);
    profile
      .setStatus(on, on ? ENDS[chosen](now()) : null)
      .catch((thrown: unknown) => setFailure(asApiError(thrown)));
  };
  const wrong = failure ?? (value === null ? error : null);
  const quiet = value !== null && isQuiet(value.status, now());
  const until = value?.status.until ?? null;
  // Chosen before a reload, or on another device: all that is known of it is its end.
  const chosen = until === null ? "always" : end === "always" ? "set" : end;
  const labels: Readonly<Record<End, string>> = {
    always: t("settings.quietAlways"),
    "1h": t("settings.quietHour"),
    "4h": t("settings.quietHours", { count: 4 }),
    tomorrow: t("settings.quietTomorrow", { time: timeText(tomorrowAt(MORNING, now()), words.locale) }),
  };
  return (
    <Section title={t("settings.availability")}>
      {wrong === null ? null : (
        <div role="alert">
          <Banner tone="danger">{wordedError(wrong, words)}</Banner>
        </div>
      )}
      {value === null && error !== null ? (
        <p>
          <Button onClick={() => void profile.load()}>{t("app.retry")}</Button>
        </p>
      ) : (
        <Switch
          label={t("settings.quiet")}
          text={t("settings.quietText")}
          checked={quiet}
          disabled={value === null}
          onChange={(on) => set(on, end)}
        />
      )}
      {quiet ? (
        <div className={rows.pair}>
          <Select
            label={t("settings.quietUntil")}
            value={chosen}
            options={[
              ...(chosen === "set" && until !== null
                ? [{ value: "set", label: momentText(new Date(until)) }]
                : []),
              ...Object.entries(labels).map(([key, label]) => ({ value: key, label })),
            ]}
            hint={
              until === null ? undefined : t("settings.quietEnds", { moment: momentText(new Date(until)) })
            }
            onChange={(value) => {
              if (isEnd(value)) set(true, value);
            }}
          />
        </div>
      ) : null}
    </Section>
  );

  function momentText(at: Date): string {
    const time = timeText(at, words.locale);
    const day = briefText(at, now(), words.locale);
    return at.getTime() < tomorrowAt(0, now()).getTime() ? time : `${day}, ${time}`;
  }
}
