// Corners of the self view, zoom of a screen, and the view's own state.

import { describe, expect, it, vi } from "vitest";
import { createCallView } from "../../src/stage/callView.js";
import { cornerByKey, nearestCorner } from "../../src/stage/corner.js";
import { keysOf, SHORTCUTS } from "../../src/stage/shortcuts.js";
import { FITTED, panBy, ZOOM_MAX, zoomAt } from "../../src/stage/zoom.js";

const SIZE = { width: 1000, height: 500 } as const;

describe("the corner of the self view", () => {
  it("is the nearest one, with start and end by the writing direction", () => {
    expect(nearestCorner({ x: 10, y: 10 }, SIZE, "ltr")).toBe("top-start");
    expect(nearestCorner({ x: 10, y: 10 }, SIZE, "rtl")).toBe("top-end");
    expect(nearestCorner({ x: 900, y: 400 }, SIZE, "ltr")).toBe("bottom-end");
  });

  it("follows arrow keys as they point on the screen", () => {
    expect(cornerByKey("bottom-end", "ArrowUp", "ltr")).toBe("top-end");
    expect(cornerByKey("bottom-end", "ArrowLeft", "ltr")).toBe("bottom-start");
    expect(cornerByKey("bottom-end", "ArrowRight", "rtl")).toBe("bottom-start");
    expect(cornerByKey("bottom-end", "Enter", "ltr")).toBeNull();
  });
});

describe("zooming", () => {
  it("keeps the point under the pointer where it is", () => {
    const point = { x: 200, y: -100 };
    const zoom = zoomAt(FITTED, 2, point, SIZE);
    // The picture's point that was under the pointer before is there after.
    expect(point.x * zoom.scale + zoom.x).toBe(point.x);
    expect(point.y * zoom.scale + zoom.y).toBe(point.y);
  });

  it("never pulls an edge inside, and ends at its limits", () => {
    expect(panBy({ scale: 2, x: 0, y: 0 }, 9999, -9999, SIZE)).toEqual({ scale: 2, x: 500, y: -250 });
    expect(panBy(FITTED, 50, 50, SIZE)).toEqual(FITTED);
    expect(zoomAt(FITTED, 100, { x: 0, y: 0 }, SIZE).scale).toBe(ZOOM_MAX);
    expect(zoomAt({ scale: 2, x: 400, y: 0 }, 0.1, { x: 0, y: 0 }, SIZE)).toEqual(FITTED);
  });
});

describe("the view of a call", () => {
  it("steps through the layouts and begins again", () => {
    const view = createCallView();
    const seen = Array.from({ length: 6 }, () => {
      const { layout } = view.store.get();
      view.cycleLayout();
      return layout;
    });
    expect(seen).toEqual(["auto", "grid", "speaker", "stage", "audio-only", "auto"]);
  });

  it("closes the dialog first, then the panel, then says that nothing was open", () => {
    const view = createCallView();
    view.toggle("people");
    view.toggle("shortcuts");
    expect(view.close()).toBe(true);
    expect(view.store.get()).toMatchObject({ dialog: null, peopleOpen: true });
    expect(view.close()).toBe(true);
    expect(view.store.get().peopleOpen).toBe(false);
    expect(view.close()).toBe(false);
  });

  it("pins several tiles and takes pins away", () => {
    const view = createCallView();
    view.togglePin("a");
    view.togglePin("b");
    view.togglePin("a");
    expect(view.store.get().pins).toEqual(["b"]);
  });

  it("asks its root for the full screen, and after a change for the end of it", async () => {
    const view = createCallView();
    const root = {
      requestFullscreen: vi.fn(async () => undefined),
      exitFullscreen: vi.fn(async () => undefined),
    };
    const detach = view.attachRoot(root);
    await view.toggleFullscreen();
    expect(root.requestFullscreen).toHaveBeenCalledTimes(1);
    view.setFullscreen(true);
    await view.toggleFullscreen();
    expect(root.exitFullscreen).toHaveBeenCalledTimes(1);
    detach();
    await view.toggleFullscreen();
    expect(root.exitFullscreen).toHaveBeenCalledTimes(1);
  });
});

describe("the table of keys", () => {
  it("has no key twice", () => {
    const keys = SHORTCUTS.map((shortcut) => keysOf(shortcut, false, "Space"));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toContain("Ctrl+Shift+L");
  });
});
