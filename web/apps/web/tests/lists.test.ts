// Conversations, people and choices.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPersonApi } from "../src/api/rest.js";
import { createTransport } from "../src/api/transport.js";
import { followServer } from "../src/frame/followServer.js";
import { createConversations } from "../src/stores/conversations.js";
import { createHistory } from "../src/stores/history.js";
import { createMissed } from "../src/stores/missed.js";
import { faceOf, inOrder } from "../src/stores/names.js";
import { createPeople } from "../src/stores/people.js";
import { createPreferences, localeOf, parsePreferences, regionOf, USUAL } from "../src/stores/preferences.js";
import { createProfile } from "../src/stores/profile.js";
import { conversation, FakeSocket, pastCall } from "./calls.fakes.js";
import { ANN, BOB, fakeServer, memoryStorage, problem, type Routes } from "./fakes.js";

function listOf(routes: Routes) {
  const server = fakeServer(routes);
  const api = createPersonApi(createTransport(server.fetcher));
  return { server, api, conversations: createConversations(api) };
}

test("all pages of conversations are loaded, by one load at a time", async () => {
  const { conversations, server } = listOf({
    "GET /api/conversations": ({ query }) =>
      query.get("cursor") === null
        ? { body: { items: [conversation("c2")], nextCursor: "c2" } }
        : { body: { items: [conversation("c1")], nextCursor: null } },
  });
  await Promise.all([conversations.load(), conversations.load()]);
  expect(conversations.store.get().value?.map((one) => one.id)).toEqual(["c2", "c1"]);
  expect(server.to("GET /api/conversations")).toHaveLength(2);
});

test("a failed load keeps what is there", async () => {
  let fail = false;
  const { conversations } = listOf({
    "GET /api/conversations": () =>
      fail ? problem(503, "unavailable") : { body: { items: [conversation("c1")], nextCursor: null } },
  });
  await conversations.load();
  fail = true;
  await conversations.load();
  expect(conversations.store.get()).toMatchObject({ loading: false, error: { code: "unavailable" } });
  expect(conversations.store.get().value).toHaveLength(1);
});

test("presence changes the rows of that person and no others", async () => {
  const other = conversation("c2", { members: [] });
  const { conversations } = listOf({
    "GET /api/conversations": () => ({ body: { items: [conversation("c1"), other], nextCursor: null } }),
  });
  await conversations.load();
  const before = conversations.store.get().value;
  conversations.presence(BOB.id, true);
  const after = conversations.store.get().value;
  expect(after?.[0]?.members.find((member) => member.userId === BOB.id)?.online).toBe(true);
  expect(after?.[1]).toBe(before?.[1]);
  conversations.presence(BOB.id, true);
  expect(conversations.store.get().value).toBe(after);
});

test("a conversation that is gone leaves the list", async () => {
  const { conversations } = listOf({
    "GET /api/conversations": () => ({ body: { items: [conversation("c1")], nextCursor: null } }),
    "GET /api/conversations/c1": () => problem(404, "conversation_not_found"),
  });
  await conversations.load();
  expect(await conversations.loadOne("c1")).toBeNull();
  expect(conversations.store.get().value).toEqual([]);
});

test("what the server tells over the socket changes the lists", async () => {
  const { conversations, api, server } = listOf({
    "GET /api/conversations": () => ({ body: { items: [conversation("c1")], nextCursor: null } }),
    "GET /api/conversations/c2": () => ({
      body: { conversation: conversation("c2", { activeCallId: "k2" }) },
    }),
    "GET /api/calls": () => ({ body: { items: [], nextCursor: null } }),
    "GET /api/calls/missed": () => ({ body: { items: [pastCall("k1")], nextCursor: null } }),
    "GET /api/users/me": () => ({ body: { user: ANN, status: { doNotDisturb: false, until: null } } }),
    "GET /api/calls/k3": () => ({
      body: { call: { ...pastCall("k3"), conversationId: "c1", endedAt: null } },
    }),
  });
  const warn = vi.fn();
  const socket = new FakeSocket();
  const missed = createMissed(api, warn);
  const stop = followServer({
    socket,
    api,
    conversations,
    recent: createHistory(api),
    missed,
    profile: createProfile(api),
    warn,
  });
  const one = (id: string) => conversations.store.get().value?.find((candidate) => candidate.id === id);
  socket.hear("connect");
  await vi.waitFor(() => expect(one("c1")).toBeDefined());
  socket.hear("call:incoming", { callId: "k1", conversationId: "c1" });
  expect(one("c1")?.activeCallId).toBe("k1");
  socket.hear("call:incoming", { callId: "k2", conversationId: "c2" });
  await vi.waitFor(() => expect(one("c2")?.activeCallId).toBe("k2"));
  socket.hear("call:ended", { callId: "k1" });
  expect(one("c1")?.activeCallId).toBeNull();
  await vi.waitFor(() => expect(missed.store.get().count).toBe(1));
  socket.hear("call:accepted", { callId: "k3" });
  await vi.waitFor(() => expect(one("c1")?.activeCallId).toBe("k3"));
  socket.hear("call:participant-joined", { callId: "k3" });
  expect(server.to("GET /api/calls/k3")).toHaveLength(1);
  stop();
  expect(socket.listeners).toBe(0);
  expect(warn).not.toHaveBeenCalled();
});

test("running calls come first, then the newest call or beginning", () => {
  const list = [
    conversation("quiet", { createdAt: "2025-01-12T00:00:00.000Z" }),
    conversation("called", { createdAt: "2024-01-01T00:00:00.000Z" }),
    conversation("running", { createdAt: "2023-01-01T00:00:00.000Z", activeCallId: "k" }),
  ];
  const calls = [pastCall("k9", { conversationId: "called", createdAt: "2025-01-13T00:00:00.000Z" })];
  expect(inOrder(list, calls).map((one) => one.id)).toEqual(["running", "called", "quiet"]);
});

test("a direct conversation is called as the other person, a group by its title", () => {
  expect(faceOf(conversation("c1"), ANN.id, "Group")).toEqual({
    name: "Bob",
    avatarId: BOB.id,
    group: false,
  });
  const group = conversation("g1", { kind: "group", title: "Crew" });
  expect(faceOf(group, ANN.id, "Group")).toEqual({ name: "Crew", avatarId: "g1", group: true });
  expect(faceOf({ ...group, title: null }, ANN.id, "Group").name).toBe("Bob");
  expect(faceOf({ ...group, title: null, members: [] }, ANN.id, "Group").name).toBe("Group");
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const after = (ms: number, work: () => void): (() => void) => {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
};

test("people are looked for when the person pauses, and the newest question wins", async () => {
  const server = fakeServer({
    "GET /api/users": ({ query }) => ({
      body: { items: query.get("search") === "bob" ? [BOB] : [], nextCursor: null },
    }),
  });
  const people = createPeople(createPersonApi(createTransport(server.fetcher)), after);
  for (const text of ["b", "bo", "bob"]) people.search(text);
  expect(server.seen).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(250);
  expect(server.seen).toHaveLength(1);
  expect(people.store.get()).toMatchObject({ found: [BOB], loading: false });
});

test("choices survive, and nonsense in the storage is as usual", () => {
  const storage = memoryStorage();
  createPreferences(storage).change({ theme: "dark", locale: "ar", ringVolume: 0.2 });
  expect(createPreferences(storage).store.get()).toEqual({
    ...USUAL,
    theme: "dark",
    locale: "ar",
    ringVolume: 0.2,
  });
  for (const text of ["no json", "null", '{"theme":"pink","ringVolume":9,"locale":"xx","ringSound":"yes"}']) {
    expect(parsePreferences(text)).toEqual(USUAL);
  }
});

test("the language is the chosen one, else the browser's first that there is", () => {
  expect(localeOf("ar", ["en"])).toBe("ar");
  expect(localeOf(null, ["sv-SE", "ar-EG", "en"])).toBe("ar");
  expect(localeOf(null, ["sv"])).toBe("en");
  expect(regionOf("en", ["sv", "en-GB"])).toBe("en-GB");
  expect(regionOf("ar", ["en-GB"])).toBe("ar");
});
