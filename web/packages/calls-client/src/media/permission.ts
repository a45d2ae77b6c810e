// Word of a permission that is given while nobody asks: in the address bar, or in another tab.

import type { CapturePermission, MediaEnvironment, PermissionWatch } from "./environment.js";

/** Calls `granted` whenever the permission is given, from the first {@link PermissionBell.listen} on. */
export interface PermissionBell {
  listen(): void;
  dispose(): void;
}

/** Makes the bell of one permission. Where browsers do not know its name it never rings. */
export function createPermissionBell(
  query: MediaEnvironment["queryPermission"],
  name: CapturePermission,
  granted: () => void,
): PermissionBell {
  let asked = false;
  let disposed = false;
  let watch: PermissionWatch | null = null;
  const changed = (): void => {
    if (watch?.state === "granted") granted();
  };
  return {
    listen() {
      if (asked || query === null) return;
      asked = true;
      query(name).then(
        (found) => {
          if (disposed) return;
          watch = found;
          watch.addEventListener("change", changed);
        },
        () => {
          // Older Firefox and Safari do not know these names; people try again by the button.
        },
      );
    },
    dispose() {
      disposed = true;
      watch?.removeEventListener("change", changed);
      watch = null;
    },
  };
}
