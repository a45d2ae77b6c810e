// Zooms a picture by wheel, drag, double click and buttons, without rendering on the way.

import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { FITTED, panBy, ZOOM_STEP, type Zoom, zoomAt } from "./zoom.js";

/** The buttons' side of a zoomable picture. */
export interface ZoomControls {
  /** 1 is fitted; changes when the zooming comes to rest. */
  readonly scale: number;
  zoomIn(): void;
  zoomOut(): void;
  reset(): void;
}

const MIDDLE = { x: 0, y: 0 } as const;

/** Makes the element zoomable: writes `--ax-zoom`, `--ax-pan-x` and `--ax-pan-y` to it. */
export function useZoom(ref: RefObject<HTMLElement | null>): ZoomControls {
  const zoom = useRef<Zoom>(FITTED);
  const [scale, setScale] = useState(1);
  const show = useCallback(
    (next: Zoom) => {
      zoom.current = next;
      setScale(next.scale); // React leaves out equal ones
      const style = ref.current?.style;
      style?.setProperty("--ax-zoom", String(next.scale));
      style?.setProperty("--ax-pan-x", `${next.x}px`);
      style?.setProperty("--ax-pan-y", `${next.y}px`);
    },
    [ref],
  );
  const by = useCallback(
    (factor: number) => {
      const element = ref.current;
      if (element !== null) show(zoomAt(zoom.current, factor, MIDDLE, sizeOf(element)));
    },
    [ref, show],
  );
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    let held: number | null = null;
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const point = {
        x: event.clientX - box.left - box.width / 2,
        y: event.clientY - box.top - box.height / 2,
      };
      show(zoomAt(zoom.current, event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP, point, sizeOf(element)));
    };
    const down = (event: PointerEvent): void => {
      const onControl = event.target instanceof Element && event.target.closest("button") !== null;
      if (zoom.current.scale === 1 || onControl) return;
      held = event.pointerId;
      element.setPointerCapture(held);
    };
    const move = (event: PointerEvent): void => {
      if (event.pointerId !== held) return;
      show(panBy(zoom.current, event.movementX, event.movementY, sizeOf(element)));
    };
    const up = (event: PointerEvent): void => {
      if (event.pointerId === held) held = null;
    };
    element.addEventListener("wheel", wheel, { passive: false });
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    return () => {
      element.removeEventListener("wheel", wheel);
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
    };
  }, [ref, show]);
  return {
    scale,
    zoomIn: useCallback(() => by(ZOOM_STEP), [by]),
    zoomOut: useCallback(() => by(1 / ZOOM_STEP), [by]),
    reset: useCallback(() => show(FITTED), [show]),
  };
}

function sizeOf(element: HTMLElement): { width: number; height: number } {
  return { width: element.clientWidth, height: element.clientHeight };
}
