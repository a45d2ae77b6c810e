// The order of tiles and their places together: who speaks comes into sight, everybody else stays.

import { layout } from "./layout.js";
import { bringSpeaker, orderTiles, swapTiles } from "./order.js";
import type { Layout, LayoutMode, LayoutTile, Size } from "./types.js";

/** What {@link arrange} goes by. */
export interface ArrangeInput {
  /** In the order of the call. */
  readonly tiles: readonly LayoutTile[];
  readonly container: Size;
  readonly mode: LayoutMode;
  readonly pins: readonly string[];
  readonly page: number;
  readonly selfFloats: boolean;
  /** Who speaks, or spoke last. */
  readonly speaker: string | null;
  /** When each last spoke, on a clock of the caller; missing: never. */
  readonly spokeAtMs: ReadonlyMap<string, number>;
}

/** Where everything is, and in which order it was placed. */
export interface Arrangement {
  readonly order: readonly string[];
  /** The large tile; null without one, or with several. */
  readonly large: string | null;
  readonly layout: Layout;
}

/** Before the first {@link arrange}. */
export const UNARRANGED: Pick<Arrangement, "order" | "large"> = { order: [], large: null };

/**
 * Places the tiles. In the speaker layout the new large tile and the former one change places, so that the
 * strip moves in one place only. Elsewhere a speaker who is on no page in sight changes places with whoever
 * on the first page has been silent for longest; the own tile, pinned ones and screens stay.
 *
 * @param before - The arrangement so far.
 */
export function arrange(input: ArrangeInput, before: Pick<Arrangement, "order" | "large">): Arrangement {
  const { tiles, mode, pins, speaker } = input;
  const kept = orderTiles({ previous: before.order, ids: tiles.map((tile) => tile.id) });
  if (speaker === null || !kept.includes(speaker)) return placed(input, kept);
  const pinned = tiles.some((tile) => pins.includes(tile.id));
  if (mode === "speaker" && !pinned) {
    return placed(input, before.large === null ? kept : swapTiles(kept, speaker, before.large));
  }
  const asItIs = placed(input, kept);
  if (shows(asItIs.layout, speaker)) return asItIs;
  const first = placed({ ...input, page: 0 }, kept).layout;
  if (shows(first, speaker)) return asItIs;
  const givingWay = first.placements.flatMap(({ id, role }) => {
    const tile = tiles.find((one) => one.id === id);
    const moves = (role === "grid" || role === "strip") && !pins.includes(id);
    return moves && tile?.kind === "person" && !tile.self ? [id] : [];
  });
  return placed(input, bringSpeaker({ order: kept, speaker, givingWay, spokeAtMs: input.spokeAtMs }));
}

function placed(input: ArrangeInput, order: readonly string[]): Arrangement {
  const byId = new Map(input.tiles.map((tile) => [tile.id, tile]));
  const tiles = order.flatMap((id) => byId.get(id) ?? []);
  const found = layout({ ...input, tiles });
  const mains = found.placements.filter((placement) => placement.role === "main");
  return { order, large: mains.length === 1 ? (mains[0]?.id ?? null) : null, layout: found };
}

function shows({ placements }: Layout, id: string): boolean {
  return placements.some((placement) => placement.id === id);
}
