// What of the view of a call this device keeps for the next one.

import { type CallViewState, CORNERS, LAYOUT_MODES, type LayoutMode, SELF_VIEWS } from "./callView.js";

/** What is kept. */
export type KeptView = Pick<CallViewState, "layout" | "selfView" | "corner">;

/** Where choices outlive a call. */
export interface ViewMemory {
  /** What was chosen; what was not, or cannot be read, is left out. */
  read(): Partial<KeptView>;
  /** Keeps a choice beside the others. */
  keep(choice: Partial<KeptView>): void;
}

/** The part of `localStorage` that is used. */
export type ViewStorage = Pick<Storage, "getItem" | "setItem">;

/** Where in the storage. */
const KEY = "aethex.calls.view";

/** Without pictures the next call would look broken: that choice is for the call it was made in. */
const PASSING: ReadonlySet<LayoutMode> = new Set(["audio-only"]);

/**
 * Keeps choices in `storage`. One that is full or forbidden forgets them, and that is all.
 *
 * @param storage - Null where there is none.
 */
export function createViewMemory(storage: ViewStorage | null = pageStorage()): ViewMemory {
  const read = (): Partial<KeptView> => {
    try {
      return parseKept(storage?.getItem(KEY) ?? null);
    } catch {
      return {};
    }
  };
  return {
    read,
    keep(choice) {
      if (choice.layout !== undefined && PASSING.has(choice.layout)) return;
      try {
        // Read anew: another tab may have kept something else meanwhile.
        storage?.setItem(KEY, JSON.stringify({ ...read(), ...choice }));
      } catch {
        // It holds for this call.
      }
    },
  };
}

/** Choices from a stored text; whatever is not one is left out. */
function parseKept(text: string | null): Partial<KeptView> {
  const value: unknown = JSON.parse(text ?? "null");
  if (typeof value !== "object" || value === null) return {};
  const fields: { readonly [name: string]: unknown } = { ...value };
  const layout = LAYOUT_MODES.find((one) => one === fields.layout && !PASSING.has(one));
  const selfView = SELF_VIEWS.find((one) => one === fields.selfView);
  const corner = CORNERS.find((one) => one === fields.corner);
  return {
    ...(layout === undefined ? {} : { layout }),
    ...(selfView === undefined ? {} : { selfView }),
    ...(corner === undefined ? {} : { corner }),
  };
}

/** `localStorage`, or null where it is missing or forbidden: reading the property may throw (HTML §12.2.3). */
function pageStorage(): ViewStorage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
