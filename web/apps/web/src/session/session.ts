// Who is signed in here, and the access token of the moment.

import { createStore, type SessionResponse, type Store, type User } from "@aethex/calls-client";
import { ApiError, asApiError } from "../api/problem.js";
import type { OpenApi } from "../api/rest.js";
import type { ApiRequest, Transport } from "../api/transport.js";
import { type KeyValue, parseSession, readSession, SESSION_KEY, writeSession } from "./stored.js";

/** Who is signed in. */
export type SessionState =
  /** There is a session from before; it is being proven. `error`: that did not work yet, and is tried again. */
  | { readonly status: "restoring"; readonly user: User; readonly error: ApiError | null }
  | { readonly status: "signed-in"; readonly user: User }
  /** `why`: what a person should be told on the sign-in page. */
  | { readonly status: "signed-out"; readonly why: "never" | "by-choice" | "expired" };

/** The session of this page. */
export interface Session {
  readonly store: Store<SessionState>;
  /** Proves the session of before. Does nothing when there is none. */
  restore(): Promise<void>;
  register(request: { name: string; email: string; password: string; invite?: string }): Promise<void>;
  login(request: { email: string; password: string }): Promise<void>;
  logout(): Promise<void>;
  /**
   * An access token that is good for at least `minLifeMs` more.
   * Rejects with an {@link ApiError}: `signed_out`, or that the server cannot be reached.
   */
  token(minLifeMs?: number): Promise<string>;
  /** A token other than `refused`, which the server did not take. */
  tokenAfter(refused: string): Promise<string>;
  /** The name was changed. */
  renamed(user: User): void;
  /** What another tab did to the stored session (the `storage` event). */
  storageChanged(key: string | null, value: string | null): void;
}

/** Runs a piece of work while no other tab runs one of the same name. */
export type Exclusive = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** What a session is made of. */
export interface SessionParts {
  readonly api: OpenApi;
  readonly storage: KeyValue;
  readonly exclusive: Exclusive;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Renew this early, so that a token does not run out on its way, in milliseconds. */
const MARGIN_MS = 30_000;
const REFRESH_LOCK = "aethex-refresh";

interface Access {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** Makes the session of this page. */
export function createSession({ api, storage, exclusive, now }: SessionParts): Session {
  const found = readSession(storage);
  const store = createStore<SessionState>(
    found === null
      ? { status: "signed-out", why: "never" }
      : { status: "restoring", user: found.user, error: null },
  );
  let access: Access | null = null;
  let refreshing: Promise<string> | null = null;

  const signedOut = (why: "by-choice" | "expired"): void => {
    access = null;
    store.set({ status: "signed-out", why });
  };

  const begin = (answer: SessionResponse): void => {
    access = { token: answer.accessToken, expiresAtMs: now() + answer.expiresIn * 1000 };
    writeSession(storage, { refreshToken: answer.refreshToken, user: answer.user });
    store.set({ status: "signed-in", user: answer.user });
  };

  /** A refresh token is good for one use: one request at a time over all tabs, each with the newest token. */
  const renew = (): Promise<string> =>
    exclusive(REFRESH_LOCK, async () => {
      const stored = readSession(storage);
      if (stored === null) {
        signedOut("expired");
        throw new ApiError("signed_out", "Nobody is signed in");
      }
      try {
        const answer = await api.refresh(stored.refreshToken);
        // Signed out, or in as somebody else, while the request was on its way: that stands.
        if (readSession(storage)?.refreshToken !== stored.refreshToken) {
          throw new ApiError("signed_out", "The session was changed by another tab");
        }
        writeSession(storage, { refreshToken: answer.refreshToken, user: stored.user });
        access = { token: answer.accessToken, expiresAtMs: now() + answer.expiresIn * 1000 };
        if (store.get().status !== "signed-in") store.set({ status: "signed-in", user: stored.user });
        return answer.accessToken;
      } catch (thrown) {
        const error = asApiError(thrown);
        if (error.status !== 401 && error.status !== 403) throw error;
        if (readSession(storage)?.refreshToken === stored.refreshToken) writeSession(storage, null);
        signedOut("expired");
        throw new ApiError("signed_out", error.message);
      }
    });

  const refresh = (): Promise<string> => {
    refreshing ??= renew().finally(() => {
      refreshing = null;
    });
    return refreshing;
  };

  return {
    store,
    async restore() {
      if (store.get().status !== "restoring") return;
      try {
        await refresh();
      } catch (thrown) {
        const state = store.get();
        if (state.status === "restoring") store.set({ ...state, error: asApiError(thrown) });
      }
    },
    register: async (request) => begin(await api.register(request)),
    login: async (request) => begin(await api.login(request)),
    async logout() {
      const stored = readSession(storage);
      writeSession(storage, null);
      signedOut("by-choice");
      if (stored !== null) await api.logout(stored.refreshToken);
    },
    async token(minLifeMs = MARGIN_MS) {
      if (store.get().status === "signed-out") throw new ApiError("signed_out", "Nobody is signed in");
      return access !== null && access.expiresAtMs - now() >= minLifeMs ? access.token : refresh();
    },
    async tokenAfter(refused) {
      if (store.get().status === "signed-out") throw new ApiError("signed_out", "Nobody is signed in");
      return access !== null && access.token !== refused ? access.token : refresh();
    },
    renamed(user) {
      const stored = readSession(storage);
      if (stored !== null) writeSession(storage, { ...stored, user });
      if (store.get().status === "signed-in") store.set({ status: "signed-in", user });
    },
    storageChanged(key, value) {
      if (key !== SESSION_KEY && key !== null) return;
      const stored = parseSession(value);
      const state = store.get();
      if (stored === null) {
        if (state.status !== "signed-out") signedOut("by-choice");
      } else if (state.status === "signed-out" || state.user.id !== stored.user.id) {
        access = null;
        store.set({ status: "restoring", user: stored.user, error: null });
      } else if (state.status === "signed-in" && state.user.name !== stored.user.name) {
        store.set({ status: "signed-in", user: stored.user });
      }
    },
  };
}

/** A transport that adds the token, and tries once more with a new one when the server refuses it. */
export function withToken(transport: Transport, session: Session, deviceId: () => string): Transport {
  return async (request: ApiRequest) => {
    const send = (token: string): Promise<unknown> =>
      transport(request, { Authorization: `Bearer ${token}`, "X-Device-Id": deviceId() });
    const token = await session.token();
    try {
      return await send(token);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      return send(await session.tokenAfter(token));
    }
  };
}
