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

/** What a tile is in a layout. */
export type TileRole =
  /** Fills the container behind a floating self view. */
  | "full"
  /** The floating self view; it may be moved, and overlaps `full`. */
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
