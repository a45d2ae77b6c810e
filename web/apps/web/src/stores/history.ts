// Past calls, page by page, of one kind.

import { type CallType, createStore, type HistoryEntry, type Page, type Store } from "@aethex/calls-client";
import { type ApiError, asApiError } from "../api/problem.js";
import type { PersonApi } from "../api/rest.js";

/** Which calls. */
export interface HistoryFilter {
  readonly kind: "all" | "missed" | "incoming" | "outgoing";
  readonly type: CallType | "any";
  /** Only of this conversation; null for all. */
  readonly conversationId: string | null;
}

/** The calls found so far, newest first. */
export interface HistoryState {
  readonly filter: HistoryFilter;
  readonly items: readonly HistoryEntry[];
  /** `first`: the first page is on its way; `more`: a further one. */
  readonly loading: "no" | "first" | "more";
  /** Whether there are older ones. */
  readonly hasMore: boolean;
  /** Whether a first page has come. */
  readonly loaded: boolean;
  readonly error: ApiError | null;
}

/** A list of past calls. */
export interface CallHistory {
  readonly store: Store<HistoryState>;
  /** Shows other calls. */
  show(filter: HistoryFilter): Promise<void>;
  /** Fetches older ones; does nothing while some are on their way, or at the end. */
  more(): Promise<void>;
  /** Looks for newer ones; what is shown stays meanwhile. */
  refresh(): Promise<void>;
}

/** All calls. */
export const ALL_CALLS: HistoryFilter = { kind: "all", type: "any", conversationId: null };

const PAGE = 30;
/** The server filters by outcome, not by direction: look at so many pages for one page of matches. */
const PAGES_AT_ONCE = 4;

interface Found {
  readonly items: readonly HistoryEntry[];
  readonly cursor: string | null;
}

/** Makes a list of past calls; nothing is fetched before it is asked for. */
export function createHistory(api: PersonApi, filter: HistoryFilter = ALL_CALLS): CallHistory {
  const empty = { items: [], loading: "no", hasMore: false, loaded: false, error: null } as const;
  const store = createStore<HistoryState>({ filter, ...empty });
  let cursor: string | null = null;
  /** Grows with every question about the first page; answers to older questions are dropped. */
  let question = 0;

  const fetchFrom = async (from: string | null): Promise<Found> => {
    const { filter: wanted } = store.get();
    const items: HistoryEntry[] = [];
    let next = from;
    for (let page = 0; page < PAGES_AT_ONCE; page += 1) {
      const got: Page<HistoryEntry> = await api.history({
        limit: PAGE,
        cursor: next ?? undefined,
        conversationId: wanted.conversationId ?? undefined,
        type: wanted.type === "any" ? undefined : wanted.type,
        outcome: wanted.kind === "missed" ? "missed" : undefined,
      });
      items.push(...got.items.filter((entry) => matches(entry, wanted)));
      next = got.nextCursor;
      if (next === null || items.length >= PAGE) break;
    }
    return { items, cursor: next };
  };

  const first = async (): Promise<void> => {
    question += 1;
    const mine = question;
    store.patch({ loading: "first", error: null });
    try {
      const found = await fetchFrom(null);
      if (mine !== question) return;
      cursor = found.cursor;
      store.patch({ items: found.items, hasMore: cursor !== null, loading: "no", loaded: true });
    } catch (error) {
      if (mine === question) store.patch({ loading: "no", error: asApiError(error) });
    }
  };

  return {
    store,
    show(next) {
      store.set({ filter: next, ...empty });
      return first();
    },
    async more() {
      if (store.get().loading !== "no" || cursor === null) return;
      const mine = question;
      store.patch({ loading: "more", error: null });
      try {
        const found = await fetchFrom(cursor);
        if (mine !== question) return;
        cursor = found.cursor;
        const known = new Set(store.get().items.map((entry) => entry.id));
        const fresh = found.items.filter((entry) => !known.has(entry.id));
        store.patch({ items: [...store.get().items, ...fresh], hasMore: cursor !== null, loading: "no" });
      } catch (error) {
        if (mine === question) store.patch({ loading: "no", error: asApiError(error) });
      }
    },
    refresh: first,
  };
}

function matches(entry: HistoryEntry, filter: HistoryFilter): boolean {
  return filter.kind === "all" || filter.kind === "missed" || entry.direction === filter.kind;
}
