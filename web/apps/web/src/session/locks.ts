// Web Locks (W3C Web Locks API): what one tab does at a time.

import type { Exclusive } from "./session.js";

/**
 * Exclusive work over all tabs of this origin. Browsers have Web Locks in secure contexts only; without
 * them the work runs unguarded, and the server's ten seconds of grace for a refresh token have to do.
 */
export function exclusiveBy(locks: LockManager | undefined): Exclusive {
  if (locks === undefined) return (_name, work) => work();
  return async (name, work) => await locks.request(name, work);
}
