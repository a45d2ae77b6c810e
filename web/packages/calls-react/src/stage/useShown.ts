// Watches whether a tile is on the screen, and how large.

import type { ShownTile } from "@aethex/calls-client";
import { type RefObject, useEffect } from "react";
import { useTile } from "../hooks/useTile.js";
import { useSession } from "../store/index.js";
import { useViewState } from "./CallViewContext.js";
import { shownListOf } from "./shownList.js";

/**
 * Tells the call's engine about the picture in an element: its size, and whether it is in sight. Nothing is
 * told of oneself, of people who are not in the call, in the layout without pictures, and where the browser
 * cannot say what is in sight.
 */
export function useShown(
  ref: RefObject<HTMLElement | null>,
  tileId: string,
  userId: string,
  source: ShownTile["source"],
): void {
  const session = useSession();
  const joined = useTile(userId, (one) => !one.isSelf && one.status === "joined") ?? false;
  const pictures = useViewState((view) => view.layout !== "audio-only");
  const pinned = useViewState((view) => view.pins.includes(tileId));
  useEffect(() => {
    const element = ref.current;
    const home = element?.ownerDocument.defaultView;
    if (!joined || element === null || !home || !("IntersectionObserver" in home)) return;
    const list = shownListOf(session);
    if (!pictures) {
      list.settle();
      return;
    }
    const place = {};
    let visible = false;
    const tell = (): void => {
      list.set(place, {
        userId,
        source,
        width: element.clientWidth,
        height: element.clientHeight,
        visible,
        apart: isApart(element),
        pinned,
        density: home.devicePixelRatio,
      });
    };
    // Each of the window the element is in: an observer of another window sees nothing of it.
    const inSight = new home.IntersectionObserver((entries) => {
      visible = entries.at(-1)?.isIntersecting ?? false;
      tell();
    });
    const size = new home.ResizeObserver(tell);
    inSight.observe(element);
    size.observe(element);
    document.addEventListener("enterpictureinpicture", tell);
    document.addEventListener("leavepictureinpicture", tell);
    return () => {
      inSight.disconnect();
      size.disconnect();
      document.removeEventListener("enterpictureinpicture", tell);
      document.removeEventListener("leavepictureinpicture", tell);
      list.remove(place);
    };
  }, [ref, session, userId, source, pinned, joined, pictures]);
}

/** In a window of its own (Document Picture-in-Picture), or holding the video that is in one. */
function isApart(element: HTMLElement): boolean {
  const picture = document.pictureInPictureElement ?? null;
  return element.ownerDocument !== document || (picture !== null && element.contains(picture));
}
