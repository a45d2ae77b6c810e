// The people and screens of a call, laid out.

import { memo, useMemo, useRef } from "react";
import { useI18n } from "../i18n/index.js";
import type { Placement } from "../layout/index.js";
import { Alone } from "./Alone.js";
import styles from "./CallStage.module.css";
import { useCallView } from "./CallViewContext.js";
import { Pages } from "./Pages.js";
import { ScreenTile } from "./ScreenTile.js";
import { Tile } from "./Tile.js";
import { TileFrame } from "./TileFrame.js";
import type { StageTile } from "./tiles.js";
import { useElementSize } from "./useElementSize.js";
import { useFloor } from "./useFloor.js";
import { useSwipe } from "./useSwipe.js";
import { useTileKeys } from "./useTileKeys.js";
import { useTileLayout } from "./useTileLayout.js";

/**
 * The stage: a list of tiles in the order of the call, placed by the layout. Fills its place. Belongs inside
 * a `SessionProvider`; follows the `CallView` around.
 */
export function CallStage() {
  const { t, dir } = useI18n();
  const view = useCallView();
  const ref = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const floor = useFloor();
  const { tiles, layout } = useTileLayout(useElementSize(ref), floor);
  const placements = new Map(layout.placements.map((placement) => [placement.id, placement]));
  const turn = (step: 1 | -1): boolean => {
    const page = layout.page + step;
    const there = page >= 0 && page < layout.pages;
    if (there) view.setPage(page);
    return there;
  };
  useTileKeys(list, turn);
  useSwipe(ref, dir, turn);
  return (
    <section
      className={styles.stage}
      aria-label={t("call.stage")}
      tabIndex={-1}
      data-ax-region="stage"
      data-kind={layout.kind}
      data-paged={layout.pages > 1 || undefined}
    >
      <div ref={ref} className={styles.area} data-swipe={layout.pages > 1 || undefined}>
        <ul ref={list} className={styles.list}>
          {tiles.map((tile) => (
            <Placed key={tile.id} tile={tile} placement={placements.get(tile.id)} />
          ))}
        </ul>
        <Alone />
      </div>
      <Pages page={layout.page} pages={layout.pages} />
    </section>
  );
}

/** A tile at its place; nothing when it is on another page. */
const Placed = memo(
  function Placed({ tile, placement }: { tile: StageTile; placement: Placement | undefined }) {
    const { id, kind, self, userId } = tile;
    const content = useMemo(
      () =>
        kind === "screen" ? <ScreenTile tileId={id} userId={userId} /> : <Tile userId={userId} self={self} />,
      [id, kind, self, userId],
    );
    if (placement === undefined) return null;
    return (
      <TileFrame id={id} role={placement.role} {...placement.rect}>
        {content}
      </TileFrame>
    );
  },
  (before, after) => before.tile.id === after.tile.id && samePlacement(before.placement, after.placement),
);

function samePlacement(a: Placement | undefined, b: Placement | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.role === b.role &&
    a.rect.x === b.rect.x &&
    a.rect.y === b.rect.y &&
    a.rect.width === b.rect.width &&
    a.rect.height === b.rect.height
  );
}
