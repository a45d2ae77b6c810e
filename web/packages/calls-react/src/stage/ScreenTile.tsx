// A shared screen on the stage.

import { Maximize, MonitorUp, ZoomIn, ZoomOut } from "lucide-react";
import { memo, useRef } from "react";
import { useTile } from "../hooks/useTile.js";
import { useI18n } from "../i18n/index.js";
import { IconButton } from "../ui/IconButton.js";
import { Spinner } from "../ui/Spinner.js";
import styles from "./ScreenTile.module.css";
import { TileActions } from "./TileActions.js";
import { useShown } from "./useShown.js";
import { useZoom } from "./useZoom.js";
import { Video } from "./Video.js";

/** What {@link ScreenTile} takes. */
export interface ScreenTileProps {
  readonly tileId: string;
  /** Whose screen. */
  readonly userId: string;
}

/** All of the screen is shown; wheel, buttons and dragging zoom into it. */
export const ScreenTile = memo(function ScreenTile({ tileId, userId }: ScreenTileProps) {
  const { t, number } = useI18n();
  const name = useTile(userId, (one) => one.userName) ?? "";
  const track = useTile(userId, (one) => (one.mediaState.screenSharing ? one.screenTrack : null)) ?? null;
  const paused = useTile(userId, (one) => one.screenPaused) ?? null;
  const ref = useRef<HTMLDivElement>(null);
  const zoom = useZoom(ref);
  useShown(ref, tileId, userId, "screen");
  const title = t("share.tile", { name });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups form controls, this groups a picture with its name
    <div
      ref={ref}
      className={styles.screen}
      role="group"
      aria-label={title}
      tabIndex={-1}
      data-ax-tile=""
      data-zoomed={zoom.scale > 1 || undefined}
    >
      {track === null ? (
        <span className={styles.waiting}>
          <Spinner />
        </span>
      ) : (
        <Video
          key={track.id}
          track={track}
          fit="contain"
          paused={paused !== null}
          className={styles.picture}
        />
      )}
      {paused === "bandwidth" || paused === "sender" ? (
        <span className={styles.paused}>
          {t(paused === "bandwidth" ? "tile.lowBandwidth" : "tile.paused")}
        </span>
      ) : null}
      <div className={styles.pill}>
        <MonitorUp aria-hidden="true" />
        <span className={styles.name}>{title}</span>
      </div>
      <div className={styles.zoom}>
        <IconButton
          variant="glass"
          size="s"
          label={t("share.zoomOut")}
          icon={<ZoomOut aria-hidden="true" />}
          disabled={zoom.scale <= 1}
          onClick={zoom.zoomOut}
        />
        <IconButton
          variant="glass"
          size="s"
          label={t("share.zoomIn")}
          icon={<ZoomIn aria-hidden="true" />}
          onClick={zoom.zoomIn}
        />
        {zoom.scale > 1 ? (
          <IconButton
            variant="glass"
            size="s"
            label={`${t("share.zoomReset")}, ${t("share.zoomLevel", {
              percent: number(zoom.scale, { style: "percent", maximumFractionDigits: 0 }),
            })}`}
            icon={<Maximize aria-hidden="true" />}
            onClick={zoom.reset}
          />
        ) : null}
      </div>
      <TileActions tileId={tileId} userId={userId} />
    </div>
  );
});
