// Which pictures are on the screen, and how large: told to the engine as one list. Clock and observers come in.

import type { ShownTile } from "@aethex/calls-client";

/** How long changes are gathered before the list is told, in milliseconds. Less: more lists while tiles glide. */
export const SHOWN_BATCH_MS = 150;

/** Device pixels of one CSS pixel that are worth having at most: more is not seen from where people sit. */
const DENSEST = 2;

/** One tile as its observers see it. */
export interface MeasuredTile {
  readonly userId: string;
  readonly source: ShownTile["source"];
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** A part of it is inside the window. */
  readonly visible: boolean;
  /** It is in a window over all others, or fills one: seen although the page is not. */
  readonly apart: boolean;
  readonly pinned: boolean;
  /** Device pixels of one CSS pixel, where it is. */
  readonly density: number;
}

/**
 * The list to tell: of each picture the largest place, pinned ones first, then by size.
 *
 * @param pageHidden - The page is out of sight.
 */
export function shownTiles(tiles: Iterable<MeasuredTile>, pageHidden: boolean): readonly ShownTile[] {
  const found = new Map<string, ShownTile>();
  for (const tile of tiles) {
    if (!tile.visible || (pageHidden && !tile.apart)) continue;
    const scale = Math.min(Math.max(tile.density, 1), DENSEST);
    const width = Math.round(tile.width * scale);
    const height = Math.round(tile.height * scale);
    if (width <= 0 || height <= 0) continue;
    const { userId, source } = tile;
    const key = `${source}:${userId}`;
    const other = found.get(key);
    const pinned = tile.pinned || other?.pinned === true;
    const larger = other === undefined || other.width * other.height < width * height;
    const size = larger ? { width, height } : { width: other.width, height: other.height };
    found.set(key, { userId, source, ...size, ...(pinned ? { pinned } : {}) });
  }
  return [...found.values()].sort(byWeight);
}

/** Whether two lists ask for the same. */
export function sameShown(a: readonly ShownTile[], b: readonly ShownTile[]): boolean {
  return a.length === b.length && a.every((tile, index) => sameTile(tile, b[index]));
}

function sameTile(a: ShownTile, b: ShownTile | undefined): boolean {
  return (
    b !== undefined &&
    a.userId === b.userId &&
    a.source === b.source &&
    a.width === b.width &&
    a.height === b.height &&
    a.pinned === b.pinned
  );
}

function byWeight(a: ShownTile, b: ShownTile): number {
  return (
    Number(b.pinned ?? false) - Number(a.pinned ?? false) ||
    b.width * b.height - a.width * a.height ||
    keyOf(a).localeCompare(keyOf(b))
  );
}

function keyOf({ userId, source }: ShownTile): string {
  return `${userId}:${source}`;
}
