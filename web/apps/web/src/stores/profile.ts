// The person's own name, and whether they may be disturbed.

import { createStore, type Status, type Store, type User } from "@aethex/calls-client";
import { asApiError } from "../api/problem.js";
import type { PersonApi } from "../api/rest.js";
import { type Loadable, unloaded } from "./loadable.js";

/** Oneself, as the server has it. */
export interface Me {
  readonly user: User;
  readonly status: Status;
}

/** The own profile. */
export interface Profile {
  readonly store: Store<Loadable<Me>>;
  load(): Promise<void>;
  /** Rejects with an `ApiError` when the name is not allowed. */
  rename(name: string): Promise<User>;
  /** Do not disturb; `until` null: until switched off. */
  setStatus(doNotDisturb: boolean, until: Date | null): Promise<void>;
}

/** Makes the profile. */
export function createProfile(api: PersonApi): Profile {
  const store = createStore<Loadable<Me>>(unloaded());
  return {
    store,
    async load() {
      store.patch({ loading: true });
      try {
        store.set({ value: await api.me(), loading: false, error: null });
      } catch (error) {
        store.patch({ loading: false, error: asApiError(error) });
      }
    },
    async rename(name) {
      const value = await api.rename(name);
      store.patch({ value });
      return value.user;
    },
    async setStatus(doNotDisturb, until) {
      const asked = until === null ? { doNotDisturb } : { doNotDisturb, until: until.toISOString() };
      const status = await api.setStatus(asked);
      const { value } = store.get();
      if (value !== null) store.patch({ value: { ...value, status } });
    },
  };
}

/** Whether the person may not be disturbed at a moment (milliseconds since the epoch). */
export function isQuiet(status: Status, nowMs: number): boolean {
  return status.doNotDisturb && (status.until === null || Date.parse(status.until) > nowMs);
}
