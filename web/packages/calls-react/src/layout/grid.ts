// A grid of equal tiles, as large as they can be.

import { type Rect, type Size, TILE_GAP, type TileShape, WIDE } from "./types.js";

/**
 * The rectangles of `count` equal tiles in reading order, centred, the last row too. Of all numbers of columns
 * the one with the largest tiles is taken; fewer columns when equal.
 *
 * @param area - Where they must fit.
 * @param shape - 16:9 when left out.
 */
export function gridRects(count: number, area: Rect, shape: TileShape = WIDE): readonly Rect[] {
  if (count <= 0) return [];
  const { columns, tile } = bestGrid(count, area, shape);
  const rows = Math.ceil(count / columns);
  const top = area.y + (area.height - (rows * tile.height + (rows - 1) * TILE_GAP)) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const start = area.x + (area.width - (inRow * tile.width + (inRow - 1) * TILE_GAP)) / 2;
    return {
      x: Math.floor(start + (index % columns) * (tile.width + TILE_GAP)),
      y: Math.floor(top + row * (tile.height + TILE_GAP)),
      width: tile.width,
      height: tile.height,
    };
  });
}

function bestGrid(
  count: number,
  area: Size,
  shape: TileShape,
): { readonly columns: number; readonly tile: Size } {
  let best = { columns: 1, tile: { width: 0, height: 0 } };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const tile = largest(
      (area.width - (columns - 1) * TILE_GAP) / columns,
      (area.height - (rows - 1) * TILE_GAP) / rows,
      shape,
    );
    if (tile.width * tile.height > best.tile.width * best.tile.height) best = { columns, tile };
  }
  return best;
}

/** The largest whole-pixel tile within the bounds. */
function largest(width: number, height: number, { narrowest, widest, maxWidth }: TileShape): Size {
  const fitted = Math.max(0, Math.floor(Math.min(width, height * widest, maxWidth)));
  return { width: fitted, height: Math.max(0, Math.floor(Math.min(height, fitted / narrowest))) };
}
