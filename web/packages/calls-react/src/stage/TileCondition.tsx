// What is the matter with a person's tile: being called, reconnecting, no way, weak network.

import { memo } from "react";
import { useTile } from "../hooks/useTile.js";
import { type MessageKey, useI18n } from "../i18n/index.js";
import { useSession } from "../store/index.js";
import { Button } from "../ui/Button.js";
import { Spinner } from "../ui/Spinner.js";
import { useViewState } from "./CallViewContext.js";
import { type Condition, conditionOf } from "./condition.js";
import styles from "./TileCondition.module.css";
import { useTrackMuted } from "./useTrackMuted.js";

const words = {
  calling: "tile.ringing",
  ringing: "tile.rung",
  busy: "tile.busy",
  connecting: "tile.connecting",
  reconnecting: "tile.reconnecting",
  failed: "tile.failed",
  "low-bandwidth": "tile.lowBandwidth",
  paused: "tile.paused",
} as const satisfies Readonly<Record<Condition, MessageKey>>;

/** One condition at a time, the gravest. Nothing when all is well. */
export const TileCondition = memo(function TileCondition({ userId }: { userId: string }) {
  const { t } = useI18n();
  const session = useSession();
  const track = useTile(userId, (one) => (one.isSelf ? null : one.cameraTrack)) ?? null;
  const stalled = useTrackMuted(track);
  const pictures = useViewState((view) => view.layout !== "audio-only");
  const found = useTile(userId, (one) => conditionOf(one, stalled)) ?? null;
  const condition = pictures || (found !== "low-bandwidth" && found !== "paused") ? found : null;
  if (condition === null) return null;
  const awaited = condition === "calling" || condition === "ringing" || condition === "busy";
  const retry = (): void => {
    session.dispatch({ type: "retry" }).catch(() => undefined); // shows as the link's error in the state
  };
  return (
    <div className={styles.condition} data-condition={condition}>
      {awaited ? <span className={styles.pulse} aria-hidden="true" /> : null}
      <span className={styles.words}>
        {condition === "connecting" || condition === "reconnecting" ? <Spinner label={null} /> : null}
        {t(words[condition])}
      </span>
      {condition === "failed" ? (
        <Button size="s" onClick={retry}>
          {t("tile.tryAgain")}
        </Button>
      ) : null}
    </div>
  );
});
