// What jsdom lacks of a browser that shows a call.

import { configure } from "@testing-library/react";
import { vi } from "vitest";

// Whether an element is hidden is asked of every ancestor's computed style, which jsdom answers slowly; nothing
// here is hidden by styles, which are not loaded.
configure({ defaultHidden: true });

// Clicks through menus take seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 30_000 });

/** Sources given to video elements, in order. */
export interface StubbedBrowser {
  readonly sources: (MediaStreamTrack | null)[];
}

/** Stubs sizes (1256 × 620), streams, playback and observers for one test; undone by `vi.unstubAllGlobals`. */
export function stubBrowser(): StubbedBrowser {
  const sources: (MediaStreamTrack | null)[] = [];
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
  vi.stubGlobal(
    "MediaStream",
    class {
      readonly tracks: readonly MediaStreamTrack[];
      constructor(tracks: readonly MediaStreamTrack[]) {
        this.tracks = tracks;
        sources.push(tracks[0] ?? null);
      }
    },
  );
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {}, removeEventListener() {} }));
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1256);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(620);
  vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue(undefined);
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    configurable: true,
    writable: true,
    value: null,
  });
  Object.defineProperty(HTMLElement.prototype, "scrollIntoView", {
    configurable: true,
    writable: true,
    value() {},
  });
  Object.defineProperty(Element.prototype, "hasPointerCapture", { configurable: true, value: () => false });
  const mediaDevices = Object.assign(new EventTarget(), {
    getDisplayMedia: () => Promise.reject(new Error("none")),
  });
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: mediaDevices });
  return { sources };
}

/** A track without a picture. */
export class FakeTrack extends EventTarget implements MediaStreamTrack {
  readonly kind = "video";
  readonly label = "";
  readonly readyState = "live";
  readonly id: string;
  contentHint = "";
  enabled = true;
  muted = false;
  onended = null;
  onmute = null;
  onunmute = null;

  constructor(id: string) {
    super();
    this.id = id;
  }

  /** Frames stop or begin to arrive. */
  setMuted(muted: boolean): void {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  }

  applyConstraints(): Promise<void> {
    return Promise.resolve();
  }
  clone(): MediaStreamTrack {
    return new FakeTrack(this.id);
  }
  getCapabilities(): MediaTrackCapabilities {
    return {};
  }
  getConstraints(): MediaTrackConstraints {
    return {};
  }
  getSettings(): MediaTrackSettings {
    return {};
  }
  stop(): void {}
}

/** Elements whose visibility somebody watches. */
export interface StubbedVisibility {
  /** All of them come into sight, or go out of it. */
  all(inSight: boolean): void;
}

/** Stubs `IntersectionObserver` for one test; undone by `vi.unstubAllGlobals`. */
export function stubVisibility(): StubbedVisibility {
  const watching = new Set<(entries: { isIntersecting: boolean }[]) => void>();
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      readonly #tell: (entries: { isIntersecting: boolean }[]) => void;
      constructor(tell: (entries: { isIntersecting: boolean }[]) => void) {
        this.#tell = tell;
      }
      observe(): void {
        watching.add(this.#tell);
      }
      disconnect(): void {
        watching.delete(this.#tell);
      }
    },
  );
  return {
    all(isIntersecting) {
      for (const tell of watching) tell([{ isIntersecting }]);
    },
  };
}
