// Lets the floating self view be dragged; when let go, it glides into the nearest corner.

import { type RefObject, useEffect } from "react";
import { useI18n } from "../i18n/index.js";
import { useCallView } from "./CallViewContext.js";
import { nearestCorner } from "./corner.js";

/** Below this way, in CSS pixels, a press is a click and not a drag. */
const DRAG_START_PX = 5;

/** Milliseconds of flight that a throw is credited with. More: it flies farther. */
const THROW_MS = 120;

/**
 * Makes an element draggable between the corners of its parent. The drag is written to the element's style;
 * only the corner at its end is state.
 *
 * @param floating - Off while the element is an ordinary tile.
 */
export function useCornerDrag(ref: RefObject<HTMLElement | null>, floating: boolean): void {
  const view = useCallView();
  const { dir } = useI18n();
  useEffect(() => {
    const element = ref.current;
    const parent = element?.parentElement;
    if (!floating || element === null || parent === null || parent === undefined) return;
    let drag: { id: number; x: number; y: number; moved: boolean } | null = null;
    let velocity = { x: 0, y: 0 };
    let last = { x: 0, y: 0, atMs: 0 };

    const down = (event: PointerEvent): void => {
      const onControl = event.target instanceof Element && event.target.closest("button") !== null;
      if (event.button !== 0 || onControl) return;
      drag = { id: event.pointerId, x: event.clientX, y: event.clientY, moved: false };
      last = { x: event.clientX, y: event.clientY, atMs: event.timeStamp };
      velocity = { x: 0, y: 0 };
      element.setPointerCapture(event.pointerId); // a quick flick leaves the element with its first step
    };
    const move = (event: PointerEvent): void => {
      if (drag === null || event.pointerId !== drag.id) return;
      const dx = event.clientX - drag.x;
      const dy = event.clientY - drag.y;
      if (!drag.moved) {
        if (Math.hypot(dx, dy) < DRAG_START_PX) return;
        drag.moved = true;
        element.toggleAttribute("data-dragging", true);
      }
      const elapsed = Math.max(1, event.timeStamp - last.atMs);
      velocity = { x: (event.clientX - last.x) / elapsed, y: (event.clientY - last.y) / elapsed };
      last = { x: event.clientX, y: event.clientY, atMs: event.timeStamp };
      element.style.translate = `${dx}px ${dy}px`;
    };
    const up = (event: PointerEvent): void => {
      if (drag === null || event.pointerId !== drag.id) return;
      const { moved } = drag;
      drag = null;
      if (!moved) return;
      const from = element.getBoundingClientRect();
      const around = parent.getBoundingClientRect();
      element.removeAttribute("data-dragging");
      element.style.translate = "";
      const aim = {
        x: from.left + from.width / 2 - around.left + velocity.x * THROW_MS,
        y: from.top + from.height / 2 - around.top + velocity.y * THROW_MS,
      };
      const cornered = event.type === "pointerup" ? nearestCorner(aim, around, dir) : view.store.get().corner;
      view.setCorner(cornered);
      requestAnimationFrame(() => glide(element, from)); // after React has put it into the corner
    };
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    return () => {
      element.style.translate = "";
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
    };
  }, [ref, floating, view, dir]);
}

function glide(element: HTMLElement, from: DOMRect): void {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const to = element.getBoundingClientRect();
  element.animate([{ translate: `${from.left - to.left}px ${from.top - to.top}px` }, { translate: "0 0" }], {
    duration: 240,
    easing: "cubic-bezier(0.2, 0.8, 0.2, 1)",
  });
}
