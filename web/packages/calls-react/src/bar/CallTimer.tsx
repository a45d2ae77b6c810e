// How long the call has lasted, and how good its connection is.

import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { QualityBars } from "../ui/QualityBars.js";
import { Spinner } from "../ui/Spinner.js";
import { Timer } from "../ui/Timer.js";
import styles from "./CallTimer.module.css";

/** The time since the first answer in tabular digits; in its place a word while there is no connection. */
export function CallTimer() {
  const { t } = useI18n();
  const startedAtMs = useCall((call) => call.startedAtMs);
  const phase = useCall((call) => call.phase);
  const grade = useCall((call) => call.quality?.grade ?? null);
  const connecting = phase === "connecting" || phase === "starting";
  return (
    <span className={styles.timer}>
      {phase === "reconnecting" || connecting ? (
        <>
          <Spinner label={null} />
          {t(connecting ? "tile.connecting" : "tile.reconnecting")}
        </>
      ) : (
        <>
          {grade === null ? null : <QualityBars grade={grade} />}
          {startedAtMs === null ? null : <Timer sinceMs={startedAtMs} />}
        </>
      )}
    </span>
  );
}
