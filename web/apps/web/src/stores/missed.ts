// How many missed calls the person has not seen yet: the badge.

import { createStore, type Store } from "@aethex/calls-client";
import { asApiError } from "../api/problem.js";
import type { PersonApi } from "../api/rest.js";

/** Above this the badge says "99+". */
export const MOST_SHOWN = 99;

/** The missed calls not yet seen. */
export interface Missed {
  readonly store: Store<{ readonly count: number }>;
  /** Asks the server; the number stays as it was when that fails. */
  refresh(): Promise<void>;
  /** What the server said by itself (`call:missed-unseen`). */
  told(count: number): void;
  /** The person has looked at the list. */
  seen(): Promise<void>;
}

/** Makes the badge. `warn` hears of requests that failed: a badge is nothing to interrupt a person for. */
export function createMissed(api: PersonApi, warn: (error: unknown) => void): Missed {
  const store = createStore({ count: 0 });
  let question = 0;
  return {
    store,
    async refresh() {
      question += 1;
      const mine = question;
      try {
        const page = await api.missed({ unseen: true, limit: MOST_SHOWN + 1 });
        if (mine === question) store.patch({ count: page.items.length });
      } catch (error) {
        warn(asApiError(error));
      }
    },
    told(count) {
      question += 1;
      store.patch({ count });
    },
    async seen() {
      if (store.get().count === 0) return;
      question += 1;
      const before = store.get().count;
      store.patch({ count: 0 });
      try {
        await api.missedSeen();
      } catch (error) {
        store.patch({ count: Math.max(before, store.get().count) });
        warn(asApiError(error));
      }
    },
  };
}
