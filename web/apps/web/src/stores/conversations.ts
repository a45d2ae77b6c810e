// The conversations of the person, with who is online and where a call runs.

import {
  type Conversation,
  type CreateConversationRequest,
  createStore,
  type Store,
} from "@aethex/calls-client";
import { type ApiError, asApiError } from "../api/problem.js";
import type { PersonApi } from "../api/rest.js";
import { type Loadable, unloaded } from "./loadable.js";

/** All conversations, newest first. */
export interface Conversations {
  readonly store: Store<Loadable<readonly Conversation[]>>;
  /** Fetches all of them. A load that is under way already is waited for. */
  load(): Promise<void>;
  /** Fetches one, for a deep link or because something happened in it. Null when there is no such conversation. */
  loadOne(id: string): Promise<Conversation | null>;
  /** Makes a conversation; a direct one that exists already is found again. */
  create(request: CreateConversationRequest): Promise<Conversation>;
  retitle(id: string, title: string | null): Promise<void>;
  addMembers(id: string, userIds: readonly string[]): Promise<void>;
  removeMember(id: string, userId: string, self: boolean): Promise<void>;
  /** Somebody came or went. */
  presence(userId: string, online: boolean): void;
  /** A call runs in a conversation. */
  callStarted(conversationId: string, callId: string): void;
  /** A call is over, wherever it was. */
  callEnded(callId: string): void;
}

const PAGE = 100;

/** Makes the list. */
export function createConversations(api: PersonApi): Conversations {
  const store = createStore<Loadable<readonly Conversation[]>>(unloaded());
  let loading: Promise<void> | null = null;

  const items = (): readonly Conversation[] => store.get().value ?? [];
  const change = (id: string, next: (one: Conversation) => Conversation): void => {
    const before = items();
    const after = before.map((one) => (one.id === id ? next(one) : one));
    if (after.some((one, at) => one !== before[at])) store.patch({ value: after });
  };
  const put = (conversation: Conversation): Conversation => {
    const known = items().some((one) => one.id === conversation.id);
    if (known) change(conversation.id, () => conversation);
    else store.patch({ value: [conversation, ...items()] });
    return conversation;
  };
  const forget = (id: string): void => {
    if (store.get().value !== null) store.patch({ value: items().filter((one) => one.id !== id) });
  };

  const all = async (): Promise<void> => {
    store.patch({ loading: true });
    try {
      const found: Conversation[] = [];
      let cursor: string | undefined;
      do {
        const page = await api.conversations({ limit: PAGE, cursor });
        found.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      store.set({ value: found, loading: false, error: null });
    } catch (error) {
      store.patch({ loading: false, error: asApiError(error) });
    }
  };

  return {
    store,
    load() {
      loading ??= all().finally(() => {
        loading = null;
      });
      return loading;
    },
    async loadOne(id) {
      try {
        return put(await api.conversation(id));
      } catch (thrown) {
        const error: ApiError = asApiError(thrown);
        // 404: not a member any more; 400: the address names nothing.
        if (error.status !== 404 && error.status !== 400) throw error;
        forget(id);
        return null;
      }
    },
    create: async (request) => put(await api.createConversation(request)),
    retitle: async (id, title) => void put(await api.retitle(id, title)),
    addMembers: async (id, userIds) => void put(await api.addMembers(id, userIds)),
    async removeMember(id, userId, self) {
      await api.removeMember(id, userId);
      if (self) forget(id);
      else
        change(id, (one) => ({ ...one, members: one.members.filter((member) => member.userId !== userId) }));
    },
    presence(userId, online) {
      for (const one of items()) {
        const member = one.members.find((candidate) => candidate.userId === userId);
        if (member === undefined || member.online === online) continue;
        const members = one.members.map((other) => (other.userId === userId ? { ...other, online } : other));
        change(one.id, (same) => ({ ...same, members }));
      }
    },
    callStarted: (id, callId) =>
      change(id, (one) => (one.activeCallId === callId ? one : { ...one, activeCallId: callId })),
    callEnded(callId) {
      for (const one of items()) {
        if (one.activeCallId === callId) change(one.id, (same) => ({ ...same, activeCallId: null }));
      }
    },
  };
}
