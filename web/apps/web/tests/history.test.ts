// Past calls page by page, and the badge of missed ones.

import type { HistoryEntry } from "@aethex/calls-client";
import { expect, test, vi } from "vitest";
import { createPersonApi } from "../src/api/rest.js";
import { createTransport } from "../src/api/transport.js";
import { ALL_CALLS, createHistory } from "../src/stores/history.js";
import { createMissed } from "../src/stores/missed.js";
import { pastCall } from "./calls.fakes.js";
import { fakeServer, problem, type Reply, type Routes } from "./fakes.js";

/** `count` calls, every third of them outgoing, newest first; pages of 30. */
function paged(count: number): Routes {
  const all = Array.from({ length: count }, (_, index) =>
    pastCall(`call-${index}`, { direction: index % 3 === 0 ? "outgoing" : "incoming" }),
  );
  return {
    "GET /api/calls": ({ query }) => {
      const from = Number(query.get("cursor") ?? "0");
      const limit = Number(query.get("limit"));
      const next = from + limit;
      return { body: { items: all.slice(from, next), nextCursor: next < count ? String(next) : null } };
    },
  };
}

function historyOf(routes: Routes) {
  const server = fakeServer(routes);
  return { server, history: createHistory(createPersonApi(createTransport(server.fetcher))) };
}

const ids = (items: readonly HistoryEntry[]): string[] => items.map((entry) => entry.id);

test("pages follow each other until the end", async () => {
  const { history, server } = historyOf(paged(70));
  await history.refresh();
  expect(history.store.get()).toMatchObject({ hasMore: true, loaded: true, loading: "no" });
  expect(history.store.get().items).toHaveLength(30);
  await history.more();
  await history.more();
  expect(ids(history.store.get().items)).toEqual(Array.from({ length: 70 }, (_, index) => `call-${index}`));
  expect(history.store.get().hasMore).toBe(false);
  await history.more();
  expect(server.to("GET /api/calls")).toHaveLength(3);
});

test("two wishes for more at once fetch one page", async () => {
  const { history, server } = historyOf(paged(70));
  await history.refresh();
  await Promise.all([history.more(), history.more()]);
  expect(server.to("GET /api/calls")).toHaveLength(2);
  expect(history.store.get().items).toHaveLength(60);
});

test("a direction looks at further pages until one page of matches is found", async () => {
  const { history, server } = historyOf(paged(200));
  await history.show({ ...ALL_CALLS, kind: "outgoing" });
  const { items, hasMore } = history.store.get();
  expect(items.every((entry) => entry.direction === "outgoing")).toBe(true);
  expect(items.length).toBeGreaterThanOrEqual(30);
  expect(hasMore).toBe(true);
  expect(server.to("GET /api/calls").length).toBeLessThanOrEqual(4);
});

test("filters the server knows are asked of the server", async () => {
  const { history, server } = historyOf(paged(1));
  await history.show({ kind: "missed", type: "video", conversationId: "c9" });
  const query = server.to("GET /api/calls")[0]?.query;
  expect([query?.get("outcome"), query?.get("type"), query?.get("conversationId")]).toEqual([
    "missed",
    "video",
    "c9",
  ]);
});

test("an answer to an older question is dropped", async () => {
  const waiting: ((reply: Reply) => void)[] = [];
  const { history } = historyOf({
    "GET /api/calls": () => new Promise<Reply>((resolve) => waiting.push(resolve)),
  });
  const old = history.show({ ...ALL_CALLS, type: "audio" });
  const young = history.show({ ...ALL_CALLS, type: "video" });
  waiting[1]?.({ body: { items: [pastCall("young")], nextCursor: null } });
  await young;
  waiting[0]?.({ body: { items: [pastCall("old")], nextCursor: null } });
  await old;
  expect(ids(history.store.get().items)).toEqual(["young"]);
});

test("a failed page leaves what is there, and can be asked for again", async () => {
  let fail = false;
  const pages = paged(60)["GET /api/calls"];
  const { history } = historyOf({
    "GET /api/calls": (seen) => (fail || pages === undefined ? problem(503, "unavailable") : pages(seen)),
  });
  await history.refresh();
  fail = true;
  await history.more();
  expect(history.store.get()).toMatchObject({ loading: "no", error: { code: "unavailable" } });
  expect(history.store.get().items).toHaveLength(30);
  fail = false;
  await history.more();
  expect(history.store.get()).toMatchObject({ error: null, hasMore: false });
  expect(history.store.get().items).toHaveLength(60);
});

function missedOf(routes: Routes) {
  const server = fakeServer(routes);
  const warn = vi.fn();
  return { server, warn, missed: createMissed(createPersonApi(createTransport(server.fetcher)), warn) };
}

const unseen = (count: number): Reply => ({
  body: { items: Array.from({ length: count }, (_, index) => pastCall(`m${index}`)), nextCursor: null },
});

test("the badge counts missed calls that were not seen", async () => {
  const { missed, server } = missedOf({ "GET /api/calls/missed": () => unseen(3) });
  await missed.refresh();
  expect(missed.store.get().count).toBe(3);
  expect(server.to("GET /api/calls/missed")[0]?.query.get("unseen")).toBe("true");
});

test("looking at the list clears the badge and tells the server once", async () => {
  const { missed, server } = missedOf({
    "GET /api/calls/missed": () => unseen(2),
    "POST /api/calls/missed/seen": () => ({ body: { marked: 2 } }),
  });
  await missed.refresh();
  await missed.seen();
  await missed.seen();
  expect(missed.store.get().count).toBe(0);
  expect(server.to("POST /api/calls/missed/seen")).toHaveLength(1);
});

test("a badge that could not be cleared comes back", async () => {
  const { missed, warn } = missedOf({
    "GET /api/calls/missed": () => unseen(2),
    "POST /api/calls/missed/seen": () => problem(503, "unavailable"),
  });
  await missed.refresh();
  await missed.seen();
  expect(missed.store.get().count).toBe(2);
  expect(warn).toHaveBeenCalledOnce();
});

test("a count that was asked for before the list was seen does not bring the badge back", async () => {
  const waiting: ((reply: Reply) => void)[] = [];
  const { missed } = missedOf({
    "GET /api/calls/missed": () => new Promise<Reply>((resolve) => waiting.push(resolve)),
    "POST /api/calls/missed/seen": () => ({ body: { marked: 1 } }),
  });
  missed.told(1);
  const asked = missed.refresh();
  await missed.seen();
  waiting[0]?.(unseen(1));
  await asked;
  expect(missed.store.get().count).toBe(0);
});
