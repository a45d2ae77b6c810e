// What the layout works on and what it gives.

/** In CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** In CSS pixels from the top and the inline start of the container. */
export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** Something to place. */
export interface LayoutTile {
  readonly id: string;
  readonly kind: "person" | "screen";
  /** The own tile. */
  readonly self: boolean;
}

/** How tiles are laid out. `auto` fits the call; `audio-only` shows people without their pictures. */
export type LayoutMode = "auto" | "grid" | "speaker" | "stage" | "audio-only";

/** What a tile is in a layout. */
export type TileRole =
  /** Fills the container behind a floating self view. */
  | "full"
  /** The floating self view; it may be moved, and overlaps the others. */
  | "float"
  /** One of equals. */
  | "grid"
  /** What the others look at. */
  | "main"
  /** In the strip beside `main`. */
  | "strip";

/** Where a tile goes. */
export interface Placement {
  readonly id: string;
  readonly role: TileRole;
  readonly rect: Rect;
}

/** Where all tiles of a page go. Tiles of other pages are missing. */
export interface Layout {
  readonly kind: "empty" | "one-to-one" | "grid" | "focus";
  readonly placements: readonly Placement[];
  /** The page shown, from 0: the wished one, or the last one when that is gone. */
  readonly page: number;
  /** At least 1. */
  readonly pages: number;
}

/** The shape of a tile. */
export const TILE_RATIO = 16 / 9;

/** Between tiles, in CSS pixels. */
export const TILE_GAP = 10;

/** Which shapes a tile may have, and how wide it may be. */
export interface TileShape {
  /** Width by height; tiles are as close to the widest as the area allows. */
  readonly narrowest: number;
  readonly widest: number;
  /** CSS pixels. */
  readonly maxWidth: number;
}

/** 16:9 and of any size. */
export const WIDE: TileShape = {
  narrowest: TILE_RATIO,
  widest: TILE_RATIO,
  maxWidth: Number.POSITIVE_INFINITY,
};
