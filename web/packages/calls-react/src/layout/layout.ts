// Where tiles go: a pure function of the tiles, the space, the mode and the pins.

import { gridRects } from "./grid.js";
import {
  type Layout,
  type LayoutMode,
  type LayoutTile,
  type Placement,
  type Rect,
  type Size,
  TILE_GAP,
  TILE_RATIO,
  type TileRole,
  type TileShape,
  WIDE,
} from "./types.js";

/** What {@link layout} goes by. */
export interface LayoutInput {
  /** In the order in which they are placed. */
  readonly tiles: readonly LayoutTile[];
  readonly container: Size;
  readonly mode: LayoutMode;
  /** The ids of pinned tiles; ids that are gone do no harm. */
  readonly pins: readonly string[];
  /** Who speaks, or spoke last: the tile that is large when the mode asks for one. */
  readonly speaker: string | null;
  /** The wished page, from 0. */
  readonly page: number;
  /** The own tile floats over the others in every layout, unless it is alone or pinned. */
  readonly selfFloats?: boolean | undefined;
}

/** Below this width, in CSS pixels, a container counts as a phone. */
export const NARROW_PX = 600;

/** On phones tiles may be as tall as this, so that a few fill the screen. Width by height. */
const TALLEST = 0.8;

/** The same without pictures: room for initials above a name, and no more. */
const TALLEST_AUDIO_ONLY = 1.2;

/** Without a picture there is nothing to see larger. CSS pixels. */
const WIDEST_AUDIO_ONLY = 264;

/** How many tiles a page of the grid holds; without pictures they may be smaller. */
export function pageCapacity(container: Size, mode: LayoutMode = "grid"): number {
  const small = container.width < NARROW_PX || container.height < 380;
  if (mode === "audio-only") return small ? 10 : 20;
  return small ? 6 : 9;
}

/** Places the tiles of one page. */
export function layout(input: LayoutInput): Layout {
  const { tiles, container, pins } = input;
  if (tiles.length === 0 || container.width <= 0 || container.height <= 0) {
    return { kind: "empty", placements: [], page: 0, pages: 1 };
  }
  const own = tiles.find((tile) => tile.self && tile.kind === "person" && !pins.includes(tile.id));
  if (input.selfFloats !== true || own === undefined || tiles.length === 1) return arrange(input);
  const others = arrange({ ...input, tiles: tiles.filter((tile) => tile !== own) });
  return { ...others, placements: [...others.placements, floating(own.id, container)] };
}

function arrange(input: LayoutInput): Layout {
  const { tiles, container, pins, mode } = input;
  const pinned = tiles.filter((tile) => pins.includes(tile.id));
  const screens = tiles.filter((tile) => tile.kind === "screen");
  if (mode === "audio-only") return grid(input, tiles);
  if (mode === "grid") return grid(input, [...pinned, ...tiles.filter((tile) => !pinned.includes(tile))]);
  if (mode === "speaker") return focus(pinned.length > 0 ? pinned : speakerOf(input), input);
  const mains = pinned.length > 0 ? pinned : screens;
  if (mode === "stage") return focus(mains.length > 0 ? mains : speakerOf(input), input);
  if (mains.length > 0) return focus(mains, input);
  return oneToOne(tiles, container) ?? grid(input, tiles);
}

/** One other person fills the container, the self view floats. Null when it is not that simple. */
function oneToOne(tiles: readonly LayoutTile[], container: Size): Layout | null {
  const others = tiles.filter((tile) => !tile.self);
  const own = tiles.find((tile) => tile.self);
  const full = others[0] ?? own;
  if (full === undefined || others.length > 1) return null;
  const placements: Placement[] = [{ id: full.id, role: "full", rect: whole(container) }];
  if (own !== undefined && own !== full) placements.push(floating(own.id, container));
  return { kind: "one-to-one", placements, page: 0, pages: 1 };
}

/** The self view begins at the bottom, at the end side; tall on tall containers. */
function floating(id: string, container: Size): Placement {
  const tall = container.height > container.width;
  const wished = Math.round(container.width * (tall ? 0.28 : 0.2));
  const width = Math.min(container.width, Math.max(tall ? 96 : 132, Math.min(wished, tall ? 150 : 260)));
  const height = Math.min(container.height, Math.round(tall ? width / 0.75 : width / TILE_RATIO));
  const margin = Math.min(16, (container.width - width) / 2, (container.height - height) / 2);
  const rect = { x: container.width - width - margin, y: container.height - height - margin, width, height };
  return { id, role: "float", rect };
}

function grid({ container, mode, page: wished }: LayoutInput, tiles: readonly LayoutTile[]): Layout {
  const capacity = pageCapacity(container, mode);
  const { page, pages, shown } = paged(tiles, capacity, wished);
  const rects = gridRects(shown.length, whole(container), shapeOf(container, mode));
  return { kind: "grid", placements: place(shown, "grid", rects), page, pages };
}

/** 16:9, on phones up to tall. */
function shapeOf(container: Size, mode: LayoutMode): TileShape {
  const narrow = container.width < NARROW_PX && container.height > container.width;
  const shape = narrow ? { ...WIDE, narrowest: TALLEST } : WIDE;
  if (mode !== "audio-only") return shape;
  const narrowest = narrow ? TALLEST_AUDIO_ONLY : TILE_RATIO;
  return { ...shape, narrowest, maxWidth: WIDEST_AUDIO_ONLY };
}

/** Mains large, all others in a strip: at the end side, or below on tall containers. */
function focus(mains: readonly LayoutTile[], { tiles, container, page: wished }: LayoutInput): Layout {
  const rest = tiles.filter((tile) => !mains.includes(tile));
  if (rest.length === 0) {
    return { kind: "focus", placements: placeMains(mains, whole(container), container), page: 0, pages: 1 };
  }
  const tall = container.width < container.height * 1.2;
  const strip = tall ? stripBelow(container) : stripBeside(container);
  const capacity = Math.max(
    1,
    tall
      ? Math.floor((strip.width + TILE_GAP) / (strip.height * TILE_RATIO + TILE_GAP))
      : Math.floor((strip.height + TILE_GAP) / (strip.width / TILE_RATIO + TILE_GAP)),
  );
  const { page, pages, shown } = paged(rest, capacity, wished);
  const stage: Rect = tall
    ? { x: 0, y: 0, width: container.width, height: strip.y - TILE_GAP }
    : { x: 0, y: 0, width: strip.x - TILE_GAP, height: container.height };
  return {
    kind: "focus",
    placements: [
      ...placeMains(mains, stage, container),
      ...place(shown, "strip", stripRects(shown.length, strip, tall)),
    ],
    page,
    pages,
  };
}

/** The tiles of the wished page, or of the last one when that is gone. */
function paged(tiles: readonly LayoutTile[], capacity: number, wished: number) {
  const pages = Math.max(1, Math.ceil(tiles.length / capacity));
  const page = Math.min(Math.max(0, wished), pages - 1);
  return { page, pages, shown: tiles.slice(page * capacity, (page + 1) * capacity) };
}

function stripBeside({ width, height }: Size): Rect {
  const breadth = Math.round(Math.min(248, Math.max(Math.min(140, width / 3), width * 0.19)));
  return { x: width - breadth, y: 0, width: breadth, height };
}

function stripBelow({ width, height }: Size): Rect {
  const breadth = Math.round(Math.min(136, Math.max(Math.min(72, height / 3), height * 0.15)));
  return { x: 0, y: height - breadth, width, height: breadth };
}

function stripRects(count: number, strip: Rect, tall: boolean): readonly Rect[] {
  const width = Math.floor(Math.min(strip.width, strip.height * TILE_RATIO));
  const height = Math.floor(width / TILE_RATIO);
  const step = tall ? width + TILE_GAP : height + TILE_GAP;
  const used = count * step - TILE_GAP;
  const start = Math.max(0, Math.floor(((tall ? strip.width : strip.height) - used) / 2));
  return Array.from({ length: count }, (_, index) => ({
    x: tall ? strip.x + start + index * step : strip.x,
    y: tall ? strip.y : strip.y + start + index * step,
    width,
    height,
  }));
}

/** One screen takes all of the area: its picture is fitted into it. People, and several, keep the tile's shape. */
function placeMains(mains: readonly LayoutTile[], area: Rect, container: Size): readonly Placement[] {
  const only = mains.length === 1 ? mains[0] : undefined;
  if (only?.kind === "screen") return [{ id: only.id, role: "main", rect: area }];
  const people = mains.every((tile) => tile.kind === "person");
  return place(mains, "main", gridRects(mains.length, area, people ? shapeOf(container, "stage") : WIDE));
}

function speakerOf({ tiles, speaker }: LayoutInput): readonly LayoutTile[] {
  const chosen = tiles.find((tile) => tile.id === speaker) ?? tiles.find((tile) => !tile.self) ?? tiles[0];
  return chosen === undefined ? [] : [chosen];
}

function place(tiles: readonly LayoutTile[], role: TileRole, rects: readonly Rect[]): readonly Placement[] {
  return tiles.flatMap((tile, index) => {
    const rect = rects[index];
    return rect === undefined ? [] : [{ id: tile.id, role, rect }];
  });
}

function whole({ width, height }: Size): Rect {
  return { x: 0, y: 0, width, height };
}
