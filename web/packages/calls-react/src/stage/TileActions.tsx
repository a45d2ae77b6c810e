// What can be done with a tile: pin it.

import { Pin, PinOff } from "lucide-react";
import { memo } from "react";
import { useTile } from "../hooks/useTile.js";
import { useI18n } from "../i18n/index.js";
import { IconButton } from "../ui/IconButton.js";
import { useAnnounce } from "../ui/LiveRegion.js";
import { useCallView, useViewState } from "./CallViewContext.js";
import styles from "./TileActions.module.css";

/** What {@link TileActions} takes. */
export interface TileActionsProps {
  readonly tileId: string;
  readonly userId: string;
}

/** Top, at the end side; on hover and while the focus is in the tile, and always while pinned. */
export const TileActions = memo(function TileActions({ tileId, userId }: TileActionsProps) {
  const { t } = useI18n();
  const announce = useAnnounce();
  const view = useCallView();
  const name = useTile(userId, (one) => one.userName) ?? "";
  const pinned = useViewState((state) => state.pins.includes(tileId));
  const toggle = (): void => {
    view.togglePin(tileId);
    announce(t(pinned ? "announce.unpinned" : "announce.pinned", { name }));
  };
  return (
    <div className={styles.actions} data-pinned={pinned || undefined}>
      <IconButton
        variant="glass"
        size="s"
        label={t(pinned ? "tile.unpin" : "tile.pin", { name })}
        icon={pinned ? <PinOff aria-hidden="true" /> : <Pin aria-hidden="true" />}
        tooltipSide="bottom"
        onClick={toggle}
      />
    </div>
  );
});
