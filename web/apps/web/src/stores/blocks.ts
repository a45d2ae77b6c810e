// Whom the person has blocked.

import { type Block, createStore, type Store } from "@aethex/calls-client";
import { asApiError } from "../api/problem.js";
import type { PersonApi } from "../api/rest.js";
import { type Loadable, unloaded } from "./loadable.js";

/** The blocked people. */
export interface Blocks {
  readonly store: Store<Loadable<readonly Block[]>>;
  load(): Promise<void>;
  block(userId: string): Promise<void>;
  unblock(userId: string): Promise<void>;
}

/** Makes the list. */
export function createBlocks(api: PersonApi): Blocks {
  const store = createStore<Loadable<readonly Block[]>>(unloaded());
  const load = async (): Promise<void> => {
    store.patch({ loading: true });
    try {
      const page = await api.blocks();
      store.set({ value: page.items, loading: false, error: null });
    } catch (error) {
      store.patch({ loading: false, error: asApiError(error) });
    }
  };
  return {
    store,
    load,
    async block(userId) {
      await api.block(userId);
      await load();
    },
    async unblock(userId) {
      await api.unblock(userId);
      const { value } = store.get();
      if (value !== null) store.patch({ value: value.filter((one) => one.user.id !== userId) });
    },
  };
}
