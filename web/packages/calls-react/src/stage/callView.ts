// How one person looks at a call: layout, pins, what is open. Nothing of it concerns the others.

import { createStore, type Store } from "@aethex/calls-client";
import type { LayoutMode } from "../layout/index.js";
import type { ViewMemory } from "./viewMemory.js";

export type { LayoutMode } from "../layout/index.js";

/** The layouts, in the order in which a key steps through them. */
export const LAYOUT_MODES: readonly LayoutMode[] = ["auto", "grid", "speaker", "stage", "audio-only"];

/**
 * Where the own tile is: among the others (with two people it floats in the automatic layout), floating over
 * them in every layout, or nowhere.
 */
export type SelfView = "grid" | "floating" | "hidden";

/** The choices of the own tile, as they are listed. */
export const SELF_VIEWS: readonly SelfView[] = ["grid", "floating", "hidden"];

/** Where the floating self view rests; start and end follow the writing direction. */
export type Corner = "top-start" | "top-end" | "bottom-start" | "bottom-end";

/** All four. */
export const CORNERS: readonly Corner[] = ["top-start", "top-end", "bottom-start", "bottom-end"];

/** What may be open over the call. */
export type DialogName = "settings" | "stats" | "shortcuts" | "invite" | "layout" | "reactions";

/** The value of the store of a {@link CallView}. */
export interface CallViewState {
  readonly layout: LayoutMode;
  /** The ids of pinned tiles, oldest first. */
  readonly pins: readonly string[];
  readonly selfView: SelfView;
  readonly corner: Corner;
  /** The page of the grid, from 0. */
  readonly page: number;
  readonly peopleOpen: boolean;
  readonly dialog: DialogName | null;
  readonly fullscreen: boolean;
  /** The call is shown small, the page behind is in use. */
  readonly mini: boolean;
  /** Keys without Ctrl or Cmd work. */
  readonly singleKeys: boolean;
}

/** The view of a call and what changes it. */
export interface CallView {
  readonly store: Store<CallViewState>;
  setLayout(layout: LayoutMode): void;
  cycleLayout(): void;
  /** Pins a tile, or takes the pin away. */
  togglePin(tileId: string): void;
  /** Opens or closes a dialog, the list of people or the small window. */
  toggle(what: DialogName | "people" | "mini"): void;
  setSelfView(selfView: SelfView): void;
  setCorner(corner: Corner): void;
  setPage(page: number): void;
  setSingleKeys(on: boolean): void;
  setFullscreen(on: boolean): void;
  /** Closes the dialog, else the panel. Whether something was open. */
  close(): boolean;
  /** Shows the call on the whole screen, or ends that. Without a {@link attachRoot} it does nothing. */
  toggleFullscreen(): Promise<void>;
  /** The element that fills the screen. Returns what takes it away again. */
  attachRoot(root: FullscreenRoot): () => void;
}

/** An element that may fill the screen. */
export interface FullscreenRoot {
  requestFullscreen(): Promise<void>;
  exitFullscreen(): Promise<void>;
}

/** Where to begin. */
export interface CallViewOptions
  extends Partial<Pick<CallViewState, "layout" | "selfView" | "corner" | "singleKeys">> {
  /** Where the person's choices are kept; what is not given above begins as they chose last. */
  readonly memory?: ViewMemory | undefined;
}

/** Makes the view of one call. */
export function createCallView(options: CallViewOptions = {}): CallView {
  const { memory } = options;
  const kept = memory?.read() ?? {};
  const store = createStore<CallViewState>({
    layout: options.layout ?? kept.layout ?? "auto",
    pins: [],
    selfView: options.selfView ?? kept.selfView ?? "grid",
    corner: options.corner ?? kept.corner ?? "bottom-end",
    page: 0,
    peopleOpen: false,
    dialog: null,
    fullscreen: false,
    mini: false,
    singleKeys: options.singleKeys ?? true,
  });
  let root: FullscreenRoot | null = null;
  const setLayout = (layout: LayoutMode): void => {
    store.patch({ layout, page: 0 });
    memory?.keep({ layout });
  };
  return {
    store,
    setLayout,
    cycleLayout() {
      const index = LAYOUT_MODES.indexOf(store.get().layout);
      setLayout(LAYOUT_MODES[(index + 1) % LAYOUT_MODES.length] ?? "auto");
    },
    togglePin(tileId) {
      const { pins } = store.get();
      store.patch({ pins: pins.includes(tileId) ? pins.filter((pin) => pin !== tileId) : [...pins, tileId] });
    },
    toggle(what) {
      const { peopleOpen, dialog, mini } = store.get();
      if (what === "people") store.patch({ peopleOpen: !peopleOpen });
      else if (what === "mini") store.patch({ mini: !mini });
      else store.patch({ dialog: dialog === what ? null : what });
    },
    setSelfView(selfView) {
      store.patch({ selfView });
      memory?.keep({ selfView });
    },
    setCorner(corner) {
      store.patch({ corner });
      memory?.keep({ corner });
    },
    setPage: (page) => store.patch({ page }),
    setSingleKeys: (singleKeys) => store.patch({ singleKeys }),
    setFullscreen: (fullscreen) => store.patch({ fullscreen }),
    close() {
      const { dialog, peopleOpen } = store.get();
      if (dialog !== null) store.patch({ dialog: null });
      else if (peopleOpen) store.patch({ peopleOpen: false });
      else return false;
      return true;
    },
    async toggleFullscreen() {
      if (root === null) return;
      if (store.get().fullscreen) await root.exitFullscreen();
      else await root.requestFullscreen();
    },
    attachRoot(next) {
      root = next;
      return () => {
        if (root === next) root = null;
      };
    },
  };
}
