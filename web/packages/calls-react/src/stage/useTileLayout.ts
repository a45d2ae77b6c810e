// Puts together what the stage shows where: tiles, order, speaker, size, mode and pins.

import { useMemo, useRef } from "react";
import { type Layout, layout, orderTiles, pageCapacity, type Size } from "../layout/index.js";
import { useSelector, useSession } from "../store/index.js";
import { useViewState } from "./CallViewContext.js";
import type { Floor } from "./speaking.js";
import { type StageTile, sameTiles, tilesOf } from "./tiles.js";

/** The tiles in the order of the call, and where each goes. */
export interface TileLayout {
  readonly tiles: readonly StageTile[];
  readonly layout: Layout;
}

/**
 * The layout for a container.
 *
 * @param container - Its size in CSS pixels.
 * @param floor - Who speaks.
 */
export function useTileLayout(container: Size, floor: Floor): TileLayout {
  const session = useSession();
  const mode = useViewState((view) => view.layout);
  const pins = useViewState((view) => view.pins);
  const page = useViewState((view) => view.page);
  const selfHidden = useViewState((view) => view.selfHidden);
  const tiles = useSelector(session.store, (state) => tilesOf(state, selfHidden), sameTiles);
  const { width, height } = container;
  const { speaker, spokeAtMs } = floor;

  const before = useRef<{ readonly order: readonly string[]; readonly large: string | null }>({
    order: [],
    large: null,
  });
  return useMemo(() => {
    const byId = new Map(tiles.map((tile) => [tile.id, tile]));
    const order = orderTiles({
      previous: before.current.order,
      ids: tiles.map((tile) => tile.id),
      speaker,
      spokeAtMs,
      seen: pageCapacity({ width, height }),
      formerSpeaker: mode === "speaker" ? before.current.large : null,
    });
    const ordered = order.flatMap((id) => byId.get(id) ?? []);
    const placed = layout({ tiles: ordered, container: { width, height }, mode, pins, speaker, page });
    const large = placed.placements.find((placement) => placement.role === "main")?.id ?? null;
    before.current = { order, large };
    return { tiles, layout: placed };
  }, [tiles, speaker, spokeAtMs, width, height, mode, pins, page]);
}
