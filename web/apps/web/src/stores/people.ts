// Looking for people: the newest question wins.

import { createStore, type Store, type User } from "@aethex/calls-client";
import { type ApiError, asApiError } from "../api/problem.js";
import type { PersonApi } from "../api/rest.js";

/** What was looked for, and found. */
export interface PeopleState {
  readonly text: string;
  readonly found: readonly User[];
  readonly loading: boolean;
  readonly error: ApiError | null;
}

/** A search for people. */
export interface People {
  readonly store: Store<PeopleState>;
  /** Looks for a part of a name or an address; the request waits until the person pauses. */
  search(text: string): void;
  dispose(): void;
}

/** How long a pause in writing is, in milliseconds. */
const PAUSE_MS = 200;

/** Makes a search. `after` calls back after so many milliseconds; it returns the function that prevents it. */
export function createPeople(
  api: Pick<PersonApi, "people">,
  after: (ms: number, work: () => void) => () => void,
): People {
  const store = createStore<PeopleState>({ text: "", found: [], loading: false, error: null });
  let cancel: () => void = () => undefined;
  let running: AbortController | null = null;

  const ask = async (text: string): Promise<void> => {
    running = new AbortController();
    const { signal } = running;
    try {
      const page = await api.people({ search: text === "" ? undefined : text, limit: 30 }, signal);
      if (!signal.aborted) store.patch({ found: page.items, loading: false, error: null });
    } catch (error) {
      if (!signal.aborted) store.patch({ found: [], loading: false, error: asApiError(error) });
    }
  };
  return {
    store,
    search(text) {
      cancel();
      running?.abort();
      store.patch({ text, loading: true });
      const trimmed = text.trim();
      cancel = after(trimmed === "" ? 0 : PAUSE_MS, () => void ask(trimmed));
    },
    dispose() {
      cancel();
      running?.abort();
    },
  };
}
