// A finger that goes sideways over the stage turns its pages.

import { type RefObject, useEffect, useRef } from "react";

/** How far a finger must go, in CSS pixels. Less: pages turn by accident. */
const SWIPE_PX = 48;

/** How much longer the way sideways must be than the one up or down. */
const SIDEWAYS = 1.5;

/** Where a finger does something else: moving the self view, or a screen that is zoomed into. */
const OWN_DRAG = '[data-role="float"], [data-zoomed]';

/**
 * Watches fingers; mice and pens do nothing.
 *
 * @param turn - Goes to the next page (1) or the previous one (-1).
 */
export function useSwipe(
  ref: RefObject<HTMLElement | null>,
  dir: "ltr" | "rtl",
  turn: (step: 1 | -1) => void,
): void {
  const latestTurn = useRef(turn);
  useEffect(() => {
    latestTurn.current = turn;
  });
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    let start: { readonly id: number; readonly x: number; readonly y: number } | null = null;
    const down = (event: PointerEvent): void => {
      const free = event.target instanceof Element && event.target.closest(OWN_DRAG) === null;
      // A second finger zooms: that is no swipe.
      start =
        event.pointerType === "touch" && event.isPrimary && free
          ? { id: event.pointerId, x: event.clientX, y: event.clientY }
          : null;
    };
    const up = (event: PointerEvent): void => {
      if (start === null || event.pointerId !== start.id) return;
      const dx = event.clientX - start.x;
      const dy = event.clientY - start.y;
      start = null;
      if (Math.abs(dx) < SWIPE_PX || Math.abs(dx) < Math.abs(dy) * SIDEWAYS) return;
      latestTurn.current(dx < 0 === (dir === "ltr") ? 1 : -1);
    };
    const cancel = (): void => {
      start = null;
    };
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", cancel);
    return () => {
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", cancel);
    };
  }, [ref, dir]);
}
