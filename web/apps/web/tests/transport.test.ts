// Requests and what becomes of answers that are errors.

import { expect, test } from "vitest";
import { ApiError } from "../src/api/problem.js";
import { addressOf, createTransport } from "../src/api/transport.js";
import { fakeServer, problem, type Reply } from "./fakes.js";

async function failureOf(reply: () => Reply | Promise<Reply>): Promise<ApiError> {
  const { fetcher } = fakeServer({ "GET /api/thing": reply });
  const failure: unknown = await createTransport(fetcher)({ method: "GET", path: "/api/thing" }).catch(
    (error) => error,
  );
  if (!(failure instanceof ApiError)) throw new Error(`no ApiError: ${String(failure)}`);
  return failure;
}

test("a problem becomes an error with its code, its fields and what to wait for", async () => {
  const error = await failureOf(() =>
    problem(429, "rate_limited", {
      retryable: true,
      retryAfter: 7,
      errors: [{ field: "email", message: "is wrong" }],
    }),
  );
  expect(error).toMatchObject({
    code: "rate_limited",
    status: 429,
    retryable: true,
    retryAfterSeconds: 7,
    requestId: "r1",
  });
  expect(error.field("email")).toBe("is wrong");
  expect(error.field("name")).toBeNull();
});

test("a proxy's page instead of a problem is an error that may be repeated", async () => {
  const error = await failureOf(() => ({
    status: 502,
    body: "<h1>Bad gateway</h1>",
    headers: { "Retry-After": "3" },
  }));
  expect(error).toMatchObject({ code: "unavailable", status: 502, retryable: true, retryAfterSeconds: 3 });
});

test("a server that cannot be reached is told from one that refuses", async () => {
  const error = await failureOf(() => {
    throw new TypeError("network");
  });
  expect(error).toMatchObject({ code: "offline", status: 0, retryable: true });
});

test("an answer that is no JSON is not passed on as one", async () => {
  expect(await failureOf(() => ({ body: "<html>" }))).toMatchObject({ code: "unreadable", status: 200 });
});

test("a request that was given up says so", async () => {
  const asking = new AbortController();
  const { fetcher } = fakeServer({
    "GET /api/thing": () => {
      asking.abort();
      throw new DOMException("aborted", "AbortError");
    },
  });
  const request = { method: "GET", path: "/api/thing", signal: asking.signal } as const;
  await expect(createTransport(fetcher)(request)).rejects.toMatchObject({ code: "aborted" });
});

test("an answer without a body is undefined", async () => {
  const { fetcher } = fakeServer({ "DELETE /api/thing": () => ({ status: 204 }) });
  expect(await createTransport(fetcher)({ method: "DELETE", path: "/api/thing" })).toBeUndefined();
});

test("what is undefined is left out of the address", () => {
  expect(addressOf({ path: "/api/calls", query: { limit: 30, cursor: undefined, type: "audio" } })).toBe(
    "/api/calls?limit=30&type=audio",
  );
  expect(addressOf({ path: "/api/calls", query: { cursor: undefined } })).toBe("/api/calls");
});
