// Who is signed in, and that a refresh token is used once whatever happens at the same time.

import { expect, test } from "vitest";
import { createOpenApi } from "../src/api/rest.js";
import { createTransport } from "../src/api/transport.js";
import { createSession, type Exclusive, type Session, withToken } from "../src/session/session.js";
import { type KeyValue, readSession, SESSION_KEY } from "../src/session/stored.js";
import {
  ANN,
  BOB,
  type FakeServer,
  fakeServer,
  locksOfOneBrowser,
  memoryStorage,
  problem,
  type Routes,
} from "./fakes.js";

interface Bench {
  readonly session: Session;
  readonly server: FakeServer;
  readonly storage: KeyValue;
  /** Lets time pass, in milliseconds. */
  pass(ms: number): void;
}

/** A server that rotates refresh tokens as the real one does: each is good for one use. */
function rotating(): Routes {
  let good = "r0";
  let number = 0;
  return {
    "POST /api/auth/refresh": async ({ body }) => {
      const { refreshToken } = body as { refreshToken: string };
      if (refreshToken !== good) return problem(401, "invalid_refresh_token");
      number += 1;
      good = `r${number}`;
      await Promise.resolve();
      return { body: { accessToken: `a${number}`, refreshToken: good, expiresIn: 900 } };
    },
    "POST /api/auth/login": () => {
      good = "r-login";
      return { body: { user: ANN, accessToken: "a-login", refreshToken: "r-login", expiresIn: 900 } };
    },
    "POST /api/auth/logout": () => ({ status: 204 }),
    "GET /api/users/me": ({ headers }) =>
      headers.get("Authorization") === "Bearer a1"
        ? problem(401, "token_expired")
        : { body: { seen: headers.get("Authorization"), device: headers.get("X-Device-Id") } },
  };
}

const stored = (refreshToken = "r0"): Record<string, string> => ({
  [SESSION_KEY]: JSON.stringify({ refreshToken, user: ANN }),
});

function bench(
  routes: Routes = rotating(),
  storage: KeyValue = memoryStorage(stored()),
  exclusive: Exclusive = locksOfOneBrowser(),
): Bench {
  const server = fakeServer(routes);
  let now = 1_000_000;
  const api = createOpenApi(createTransport(server.fetcher));
  const session = createSession({ api, storage, exclusive, now: () => now });
  return {
    session,
    server,
    storage,
    pass: (ms) => {
      now += ms;
    },
  };
}

test("without a session of before nobody is signed in, and nothing is asked", async () => {
  const { session, server } = bench(rotating(), memoryStorage());
  await session.restore();
  expect(session.store.get()).toEqual({ status: "signed-out", why: "never" });
  expect(server.seen).toHaveLength(0);
});

test("a session of before is proven and its refresh token replaced", async () => {
  const { session, storage } = bench();
  expect(session.store.get()).toMatchObject({ status: "restoring", user: ANN });
  await session.restore();
  expect(session.store.get()).toEqual({ status: "signed-in", user: ANN });
  expect(readSession(storage)?.refreshToken).toBe("r1");
});

test("many who need a token at once cause one refresh", async () => {
  const { session, server } = bench();
  const tokens = await Promise.all(Array.from({ length: 8 }, () => session.token()));
  expect(new Set(tokens)).toEqual(new Set(["a1"]));
  expect(server.to("POST /api/auth/refresh")).toHaveLength(1);
});

test("two tabs refresh one after the other, each with the newest refresh token", async () => {
  const storage = memoryStorage(stored());
  const locks = locksOfOneBrowser();
  const routes = rotating();
  const one = bench(routes, storage, locks);
  const two = bench(routes, storage, locks);
  expect(await Promise.all([one.session.token(), two.session.token()])).toEqual(["a1", "a2"]);
  expect(two.server.to("POST /api/auth/refresh")[0]?.body).toEqual({ refreshToken: "r1" });
  expect(one.session.store.get().status).toBe("signed-in");
  expect(two.session.store.get().status).toBe("signed-in");
});

test("a token is kept until it is about to run out", async () => {
  const { session, pass } = bench();
  expect(await session.token()).toBe("a1");
  pass(860_000);
  expect(await session.token()).toBe("a1");
  pass(20_000);
  expect(await session.token()).toBe("a2");
});

test("a token for the socket lives at least as long as asked for", async () => {
  const { session, pass } = bench();
  await session.token();
  pass(800_000);
  expect(await session.token(120_000)).toBe("a2");
});

test("a refresh token that the server does not know ends the session", async () => {
  const { session, storage } = bench(rotating(), memoryStorage(stored("stolen")));
  await session.restore();
  expect(session.store.get()).toEqual({ status: "signed-out", why: "expired" });
  expect(storage.getItem(SESSION_KEY)).toBeNull();
  await expect(session.token()).rejects.toMatchObject({ code: "signed_out" });
});

test("a server out of reach ends nothing and can be asked again", async () => {
  let up = false;
  const routes = rotating();
  const { session, storage } = bench({
    "POST /api/auth/refresh": (seen) => {
      if (!up) throw new TypeError("network");
      const route = routes["POST /api/auth/refresh"];
      return route === undefined ? problem(500, "internal") : route(seen);
    },
  });
  await session.restore();
  expect(session.store.get()).toMatchObject({ status: "restoring", error: { code: "offline" } });
  expect(readSession(storage)?.refreshToken).toBe("r0");
  up = true;
  await session.restore();
  expect(session.store.get().status).toBe("signed-in");
});

test("signing out while a refresh is on its way stays signed out", async () => {
  const held: (() => void)[] = [];
  const { session, storage } = bench({
    ...rotating(),
    "POST /api/auth/refresh": async () => {
      await new Promise<void>((resolve) => held.push(resolve));
      return { body: { accessToken: "late", refreshToken: "late", expiresIn: 900 } };
    },
  });
  const token = session.token();
  await Promise.resolve();
  await session.logout();
  for (const let_go of held) let_go();
  await expect(token).rejects.toMatchObject({ code: "signed_out" });
  expect(session.store.get()).toEqual({ status: "signed-out", why: "by-choice" });
  expect(storage.getItem(SESSION_KEY)).toBeNull();
});

test("another tab that signs out signs this one out, and one that signs in as somebody else is followed", async () => {
  const { session } = bench();
  await session.restore();
  session.storageChanged(SESSION_KEY, null);
  expect(session.store.get()).toEqual({ status: "signed-out", why: "by-choice" });
  session.storageChanged(SESSION_KEY, JSON.stringify({ refreshToken: "rb", user: BOB }));
  expect(session.store.get()).toMatchObject({ status: "restoring", user: BOB });
});

test("another tab that merely refreshed changes nothing here", async () => {
  const { session } = bench();
  await session.restore();
  const before = session.store.get();
  session.storageChanged(SESSION_KEY, JSON.stringify({ refreshToken: "r9", user: ANN }));
  expect(session.store.get()).toBe(before);
});

test("a request refused for its token is sent once more with a new one", async () => {
  const { session, server } = bench();
  const send = withToken(createTransport(server.fetcher), session, () => "tab-1");
  expect(await send({ method: "GET", path: "/api/users/me" })).toEqual({
    seen: "Bearer a2",
    device: "tab-1",
  });
  expect(server.to("GET /api/users/me")).toHaveLength(2);
});

test("a second refusal is not answered by a third attempt", async () => {
  const { session, server } = bench({
    ...rotating(),
    "GET /api/users/me": () => problem(401, "unauthorized"),
  });
  const send = withToken(createTransport(server.fetcher), session, () => "tab-1");
  await expect(send({ method: "GET", path: "/api/users/me" })).rejects.toMatchObject({
    code: "unauthorized",
  });
  expect(server.to("GET /api/users/me")).toHaveLength(2);
});
