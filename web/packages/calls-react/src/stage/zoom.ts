// Zooming into a picture: pure geometry.

/** How a picture is shown: `scale` 1 fits its place; x and y shift its middle, in CSS pixels. */
export interface Zoom {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** All of the picture. */
export const FITTED: Zoom = { scale: 1, x: 0, y: 0 };

/** Text of a 4k screen is readable on a phone at this scale. */
export const ZOOM_MAX = 5;

/** What one press of a button or one notch of a wheel changes. */
export const ZOOM_STEP = 1.25;

/**
 * Zooms by a factor while the point under the pointer stays where it is.
 *
 * @param point - From the middle of the place, in CSS pixels.
 * @param size - Of the place.
 */
export function zoomAt(
  zoom: Zoom,
  factor: number,
  point: { readonly x: number; readonly y: number },
  size: { readonly width: number; readonly height: number },
): Zoom {
  const scale = Math.min(ZOOM_MAX, Math.max(1, zoom.scale * factor));
  const grown = scale / zoom.scale;
  return held(
    { scale, x: point.x - (point.x - zoom.x) * grown, y: point.y - (point.y - zoom.y) * grown },
    size,
  );
}

/** Shifts a zoomed picture; its edges are never pulled inside the place. */
export function panBy(
  zoom: Zoom,
  dx: number,
  dy: number,
  size: { readonly width: number; readonly height: number },
): Zoom {
  return held({ scale: zoom.scale, x: zoom.x + dx, y: zoom.y + dy }, size);
}

function held(zoom: Zoom, size: { readonly width: number; readonly height: number }): Zoom {
  const reachX = (size.width * (zoom.scale - 1)) / 2;
  const reachY = (size.height * (zoom.scale - 1)) / 2;
  const within = (value: number, reach: number): number => Math.min(reach, Math.max(-reach, value)) + 0;
  return { scale: zoom.scale, x: within(zoom.x, reachX), y: within(zoom.y, reachY) };
}
