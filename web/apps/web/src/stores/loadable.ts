// Something that is fetched: not there yet, there, or why not.

import type { ApiError } from "../api/problem.js";

/** The state of something fetched. What was there stays while it is fetched anew, and when that fails. */
export interface Loadable<T> {
  readonly value: T | null;
  readonly loading: boolean;
  /** Why the last attempt failed; null when it did not. */
  readonly error: ApiError | null;
}

/** Nothing yet. */
export function unloaded<T>(): Loadable<T> {
  return { value: null, loading: false, error: null };
}
