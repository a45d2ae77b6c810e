// What the tests of the app share: a fetch that answers from a table, storage, a page's address bar.

import type { User } from "@aethex/calls-client";
import type { AddressBar } from "../src/router/router.js";
import type { KeyValue } from "../src/session/stored.js";

export const ANN: User = {
  id: "01941f29-7c00-7aaa-8bbb-000000000001",
  identifier: "ann@example.com",
  name: "Ann",
};
export const BOB: User = {
  id: "01941f29-7c00-7aaa-8bbb-000000000002",
  identifier: "bob@example.com",
  name: "Bob",
};

/** A request as a test sees it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: unknown;
}

/** What a fake server answers. */
export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Answers by `METHOD /path`. */
export type Routes = Readonly<Record<string, (seen: Seen) => Reply | Promise<Reply>>>;

/** A `fetch` with the requests it has seen. */
export interface FakeServer {
  readonly fetcher: typeof fetch;
  readonly seen: Seen[];
  /** The requests of one route. */
  to(route: string): Seen[];
}

/** A server that knows `routes`; any other request fails the test that makes it. */
export function fakeServer(routes: Routes): FakeServer {
  const seen: Seen[] = [];
  const fetcher = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(String(input), "http://server.test");
    const text = typeof init.body === "string" ? init.body : "null";
    const request: Seen = {
      method: init.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: new Headers(init.headers),
      body: JSON.parse(text),
    };
    seen.push(request);
    const route = routes[`${request.method} ${request.path}`];
    if (route === undefined) throw new Error(`no route ${request.method} ${request.path}`);
    const { status = 200, body, headers = {} } = await route(request);
    const empty = status === 204 || body === undefined;
    return new Response(empty ? null : typeof body === "string" ? body : JSON.stringify(body), {
      status,
      headers,
    });
  };
  return {
    fetcher,
    seen,
    to: (route) => seen.filter((one) => `${one.method} ${one.path}` === route),
  };
}

/** `application/problem+json` with a code. */
export function problem(status: number, code: string, more: Record<string, unknown> = {}): Reply {
  return {
    status,
    body: {
      type: `urn:aethex:error:${code}`,
      title: code,
      status,
      detail: code,
      code,
      retryable: false,
      requestId: "r1",
      ...more,
    },
  };
}

/** Storage in memory. */
export function memoryStorage(initial: Record<string, string> = {}): KeyValue {
  const kept = new Map(Object.entries(initial));
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/** A window's address bar with a history of its own. */
export function fakeBar(
  path: string,
): AddressBar & { readonly leave: () => void; readonly path: () => string } {
  let entries = [{ path, state: null as unknown }];
  let at = 0;
  const listeners = new Set<() => void>();
  const here = () => entries[at] ?? { path: "/", state: null };
  const go = (step: number): void => {
    at = Math.max(0, at + step);
    for (const listener of listeners) listener();
  };
  return {
    location: {
      get pathname() {
        return here().path;
      },
    },
    history: {
      get state() {
        return here().state as unknown;
      },
      pushState: (state, _title, url) => {
        entries = [...entries.slice(0, at + 1), { path: String(url), state }];
        at += 1;
      },
      replaceState: (state, _title, url) => {
        entries = entries.map((entry, index) => (index === at ? { path: String(url), state } : entry));
      },
      back: () => go(-1),
    },
    addEventListener: (_type, listener) => void listeners.add(listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener),
    leave: () => go(-1),
    path: () => here().path,
  };
}

/** Work of one name after the other, as Web Locks do it, over all callers of this function. */
export function locksOfOneBrowser(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const before = tails.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    tails.set(
      name,
      mine.catch(() => undefined),
    );
    return mine;
  };
}
