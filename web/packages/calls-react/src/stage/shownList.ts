// Gathers the tiles that are on the screen and tells the engine when they changed.

import type { CallSession, ShownTile } from "@aethex/calls-client";
import { type MeasuredTile, SHOWN_BATCH_MS, sameShown, shownTiles } from "./shown.js";

/** The tiles of one call, whichever component shows them. */
export interface ShownList {
  /** Sets what is known about a tile; `place` is one element's own key. */
  set(place: object, tile: MeasuredTile): void;
  /** The element is gone. */
  remove(place: object): void;
  /** Tells the list even when it is empty: without one the engine takes everybody. */
  settle(): void;
}

const lists = new WeakMap<CallSession, ShownList>();

/** The list of a call: one, however many components show it. */
export function shownListOf(session: CallSession): ShownList {
  const known = lists.get(session);
  if (known !== undefined) return known;
  const made = createShownList((tiles) => {
    // A call that is over shows nothing; nobody is to be told.
    session.dispatch({ type: "show", tiles }).catch(() => undefined);
  });
  lists.set(session, made);
  return made;
}

/**
 * Makes a list. It tells `show` the first list after {@link SHOWN_BATCH_MS}, then only lists that differ. A page
 * out of sight shows nothing; the engine waits a moment before it lets go of a picture.
 *
 * @param page - The document whose visibility counts for tiles that are not in a window of their own.
 */
export function createShownList(
  show: (tiles: readonly ShownTile[]) => void,
  page: Pick<Document, "visibilityState" | "addEventListener" | "removeEventListener"> = document,
): ShownList {
  const places = new Map<object, MeasuredTile>();
  let told: readonly ShownTile[] | null = null;
  let gathering = false;

  const tell = (): void => {
    gathering = false;
    if (places.size === 0) page.removeEventListener("visibilitychange", gather);
    const tiles = shownTiles(places.values(), page.visibilityState === "hidden");
    if (told !== null && sameShown(told, tiles)) return;
    told = tiles;
    show(tiles);
  };
  const gather = (): void => {
    if (gathering) return;
    gathering = true;
    setTimeout(tell, SHOWN_BATCH_MS);
  };
  return {
    set(place, tile) {
      page.addEventListener("visibilitychange", gather); // once: it is the same listener
      places.set(place, tile);
      gather();
    },
    remove(place) {
      if (places.delete(place)) gather();
    },
    settle: gather,
  };
}
