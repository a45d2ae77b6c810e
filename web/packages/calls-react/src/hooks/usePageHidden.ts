// Whether the page is out of sight.

import { useSyncExternalStore } from "react";

/** True while the tab is in the background or the window minimised. */
export function usePageHidden(): boolean {
  return useSyncExternalStore(subscribe, isHidden, () => false);
}

function subscribe(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

function isHidden(): boolean {
  return document.visibilityState === "hidden";
}
