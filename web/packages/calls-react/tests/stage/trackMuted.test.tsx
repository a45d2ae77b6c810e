// @vitest-environment jsdom
// A track that stops is told from one that has not begun.

import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { useTrackMuted } from "../../src/stage/useTrackMuted.js";

/** A remote track as browsers make it: muted until its first frame. */
class RemoteTrack extends EventTarget {
  muted = true;

  set(muted: boolean): void {
    this.muted = muted;
    this.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  }
}

it("counts as stopped when it gave something before, and not until then", () => {
  const track = new RemoteTrack();
  const { result } = renderHook(() => useTrackMuted(track as unknown as MediaStreamTrack));
  expect(result.current).toBe(false);
  act(() => track.set(false));
  expect(result.current).toBe(false);
  act(() => track.set(true));
  expect(result.current).toBe(true);
  act(() => track.set(false));
  expect(result.current).toBe(false);
});
