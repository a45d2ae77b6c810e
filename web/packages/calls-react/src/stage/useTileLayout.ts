// Puts together what the stage shows where: tiles, order, speaker, size, mode and pins.

import { useMemo, useRef } from "react";
import { arrange, type Layout, type Size, UNARRANGED } from "../layout/index.js";
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
  const selfView = useViewState((view) => view.selfView);
  const wished = { selfHidden: selfView === "hidden", screens: mode !== "audio-only" };
  const tiles = useSelector(session.store, (state) => tilesOf(state, wished), sameTiles);
  const { width, height } = container;
  const { speaker, spokeAtMs } = floor;
  const selfFloats = selfView === "floating" && mode !== "audio-only";

  const before = useRef(UNARRANGED);
  return useMemo(() => {
    const size = { width, height };
    const input = { tiles, container: size, mode, pins, page, selfFloats, speaker, spokeAtMs };
    const arranged = arrange(input, before.current);
    before.current = arranged;
    return { tiles, layout: arranged.layout };
  }, [tiles, speaker, spokeAtMs, width, height, mode, pins, page, selfFloats]);
}
