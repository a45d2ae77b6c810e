// The pill with the name of a person, their microphone and their connection.

import { MicOff } from "lucide-react";
import { memo } from "react";
import { useTile } from "../hooks/useTile.js";
import { useI18n } from "../i18n/index.js";
import { Popover } from "../ui/Popover.js";
import { QualityBars } from "../ui/QualityBars.js";
import { StatsCard } from "./StatsCard.js";
import styles from "./TileName.module.css";

/** What {@link TileName} takes. */
export interface TileNameProps {
  readonly userId: string;
  readonly self: boolean;
}

/** Bottom, at the start side. The bars open the measurements. */
export const TileName = memo(function TileName({ userId, self }: TileNameProps) {
  const { t } = useI18n();
  const name = useTile(userId, (one) => one.userName) ?? "";
  const muted = useTile(userId, (one) => one.status === "joined" && !one.mediaState.audioEnabled) ?? false;
  const joined = useTile(userId, (one) => one.status === "joined") ?? false;
  return (
    <div className={styles.pill}>
      {muted ? <MicOff className={styles.muted} aria-hidden="true" /> : null}
      <span className={styles.name} dir="auto">
        {self ? t("call.you") : name}
      </span>
      {joined && !self ? <TileQuality userId={userId} name={name} /> : null}
    </div>
  );
});

function TileQuality({ userId, name }: { userId: string; name: string }) {
  const { t } = useI18n();
  const grade = useTile(userId, (one) => one.quality?.grade ?? null) ?? null;
  const quality = t(grade === null ? "quality.unknown" : `quality.${grade}`);
  return (
    <Popover
      label={t("stats.with", { name })}
      side="top"
      align="start"
      trigger={
        <button type="button" className={styles.quality} aria-label={t("quality.showStats", { quality })}>
          <QualityBars grade={grade} decorative />
        </button>
      }
    >
      <StatsCard userId={userId} />
    </Popover>
  );
}
