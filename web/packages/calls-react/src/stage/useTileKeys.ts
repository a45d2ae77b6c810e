// Arrow keys between tiles: one of them is in the tab order, the others are reached by arrows.

import { type RefObject, useEffect, useRef } from "react";
import { useI18n } from "../i18n/index.js";

const TILE = "[data-ax-tile]";

/**
 * Makes the tiles inside an element reachable by arrow keys, by where they are on the screen. Past the last
 * tile to a side, and with Page Up and Page Down, come the other pages.
 *
 * @param turn - Goes to the next page or the previous one; false when there is none.
 */
export function useTileKeys(ref: RefObject<HTMLElement | null>, turn: (step: 1 | -1) => boolean): void {
  const { dir } = useI18n();
  const latestTurn = useRef(turn);
  useEffect(() => {
    latestTurn.current = turn;
  });
  useEffect(() => {
    const root = ref.current;
    if (root === null) return;
    let follows = false;
    const tiles = (): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(TILE)];
    const choose = (chosen: HTMLElement | undefined): void => {
      for (const tile of tiles()) tile.tabIndex = tile === chosen ? 0 : -1;
    };
    const ensure = (): void => {
      const all = tiles();
      if (!all.some((tile) => tile.tabIndex === 0)) choose(all[0]);
      if (!follows) return;
      follows = false;
      all.find((tile) => tile.tabIndex === 0)?.focus();
    };
    const focused = (event: FocusEvent): void => {
      if (event.target instanceof HTMLElement && event.target.matches(TILE)) choose(event.target);
    };
    const pressed = (event: KeyboardEvent): void => {
      const from = event.target;
      if (!(from instanceof HTMLElement) || !from.matches(TILE)) return;
      const next = neighbour(from, tiles(), event.key);
      if (next !== null) {
        event.preventDefault();
        next.focus();
        return;
      }
      const step = pageStep(event.key, dir);
      if (step === null || !latestTurn.current(step)) return;
      event.preventDefault();
      follows = true; // once the tiles of the page are there
    };
    ensure();
    const observer = new MutationObserver(ensure);
    observer.observe(root, { childList: true, subtree: true });
    root.addEventListener("focusin", focused);
    root.addEventListener("keydown", pressed);
    return () => {
      observer.disconnect();
      root.removeEventListener("focusin", focused);
      root.removeEventListener("keydown", pressed);
    };
  }, [ref, dir]);
}

/** Which way a key turns the pages; null: none. */
function pageStep(key: string, dir: "ltr" | "rtl"): 1 | -1 | null {
  if (key === "PageDown" || key === (dir === "ltr" ? "ArrowRight" : "ArrowLeft")) return 1;
  if (key === "PageUp" || key === (dir === "ltr" ? "ArrowLeft" : "ArrowRight")) return -1;
  return null;
}

/** The tile that lies nearest in the direction of an arrow key; the first and last for Home and End. */
function neighbour(from: HTMLElement, tiles: readonly HTMLElement[], key: string): HTMLElement | null {
  if (key === "Home") return tiles[0] ?? null;
  if (key === "End") return tiles[tiles.length - 1] ?? null;
  const axis = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (axis === undefined) return null;
  const [ax = 0, ay = 0] = axis;
  const middle = middleOf(from);
  let best: { tile: HTMLElement; cost: number } | null = null;
  for (const tile of tiles) {
    if (tile === from) continue;
    const other = middleOf(tile);
    const along = (other.x - middle.x) * ax + (other.y - middle.y) * ay;
    const across = Math.abs((other.x - middle.x) * ay) + Math.abs((other.y - middle.y) * ax);
    if (along <= 1) continue;
    const cost = along + across * 2;
    if (best === null || cost < best.cost) best = { tile, cost };
  }
  return best?.tile ?? null;
}

function middleOf(element: HTMLElement): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}
