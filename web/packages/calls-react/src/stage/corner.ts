// The corners in which the floating self view rests: pure.

import type { Corner } from "./callView.js";

/** The corner nearest to a point of a container, both in CSS pixels from its physical top left. */
export function nearestCorner(
  point: { readonly x: number; readonly y: number },
  container: { readonly width: number; readonly height: number },
  dir: "ltr" | "rtl",
): Corner {
  const left = point.x < container.width / 2;
  const side = left === (dir === "ltr") ? "start" : "end";
  return point.y < container.height / 2 ? `top-${side}` : `bottom-${side}`;
}

/** The corner in the direction of an arrow key; null for another key. */
export function cornerByKey(corner: Corner, key: string, dir: "ltr" | "rtl"): Corner | null {
  const top = corner.startsWith("top");
  const start = corner.endsWith("start");
  const of = (atTop: boolean, atStart: boolean): Corner =>
    `${atTop ? "top" : "bottom"}-${atStart ? "start" : "end"}`;
  switch (key) {
    case "ArrowUp":
      return of(true, start);
    case "ArrowDown":
      return of(false, start);
    case "ArrowLeft":
      return of(top, dir === "ltr");
    case "ArrowRight":
      return of(top, dir === "rtl");
    default:
      return null;
  }
}
