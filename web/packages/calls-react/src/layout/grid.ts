// A grid of equal 16:9 tiles, as large as they can be.

import { type Rect, type Size, TILE_GAP, TILE_RATIO } from "./types.js";

/**
 * The rectangles of `count` equal tiles in reading order, centred, the last row too. Of all numbers of columns
 * the one with the largest tiles is taken; fewer columns when equal.
 *
 * @param area - Where they must fit.
 */
export function gridRects(count: number, area: Rect): readonly Rect[] {
  if (count <= 0) return [];
  const { columns, tile } = bestGrid(count, area);
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

/** The largest rectangle of the tile's shape inside an area, centred. */
export function fitTile(area: Rect): Rect {
  const { width, height } = shape(area.width, area.height);
  return {
    x: Math.floor(area.x + (area.width - width) / 2),
    y: Math.floor(area.y + (area.height - height) / 2),
    width,
    height,
  };
}

function bestGrid(count: number, area: Size): { readonly columns: number; readonly tile: Size } {
  let best = { columns: 1, tile: { width: 0, height: 0 } };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const tile = shape(
      (area.width - (columns - 1) * TILE_GAP) / columns,
      (area.height - (rows - 1) * TILE_GAP) / rows,
    );
    if (tile.width > best.tile.width) best = { columns, tile };
  }
  return best;
}

/** The largest whole-pixel tile within the bounds. */
function shape(width: number, height: number): Size {
  const fitted = Math.max(0, Math.floor(Math.min(width, height * TILE_RATIO)));
  return { width: fitted, height: Math.floor(fitted / TILE_RATIO) };
}
