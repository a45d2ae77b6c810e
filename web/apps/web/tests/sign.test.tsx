// @vitest-environment jsdom
// Signing in, signing up and out, through the screens.

import type { ConfigResponse } from "@aethex/calls-client";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { App } from "../src/App.js";
import { createApp } from "../src/frame/app.js";
import { SESSION_KEY } from "../src/session/stored.js";
import { FakeSocket } from "./calls.fakes.js";
import { config, quietClient } from "./client.fakes.js";
import { ANN, fakeBar, fakeServer, locksOfOneBrowser, memoryStorage, problem, type Routes } from "./fakes.js";

const SESSION = { user: ANN, accessToken: "a1", refreshToken: "r1", expiresIn: 900 };
const EMPTY = { body: { items: [], nextCursor: null } };
const SIGNED_IN: Routes = {
  "GET /api/conversations": () => EMPTY,
  "GET /api/calls": () => EMPTY,
  "GET /api/calls/missed": () => EMPTY,
  "GET /api/users/me/blocks": () => EMPTY,
  "GET /api/users/me": () => ({ body: { user: ANN, status: { doNotDisturb: false, until: null } } }),
};

function open(
  routes: Routes,
  at = "/",
  stored: Record<string, string> = {},
  more: Partial<ConfigResponse> = {},
) {
  const server = fakeServer({
    "GET /api/calls/config": () => ({ body: config(more) }),
    ...SIGNED_IN,
    ...routes,
  });
  const storage = memoryStorage(stored);
  const bar = fakeBar(at);
  const sockets: FakeSocket[] = [];
  const disposed = vi.fn();
  const warn = vi.fn();
  const app = createApp({
    fetcher: server.fetcher,
    storage,
    bar,
    exclusive: locksOfOneBrowser(),
    deviceId: "tab-1",
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      queueMicrotask(() => socket.hear("connect"));
      return socket;
    },
    makeClient: () => quietClient(disposed),
    now: () => Date.parse("2025-01-10T14:00:00.000Z"),
    after: () => () => undefined,
    onWake: () => () => undefined,
    warn,
    languages: ["en-GB"],
    nonce: undefined,
  });
  const view = render(<App app={app} />);
  return { server, storage, bar, app, sockets, disposed, warn, view, user: userEvent.setup({ delay: null }) };
}

// Rendering the whole app takes its time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.stubGlobal("matchMedia", (query: string) => ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test("who signs in comes to the conversations, connected once", async () => {
  const { user, server, storage, sockets } = open({ "POST /api/auth/login": () => ({ body: SESSION }) });
  await user.type(await screen.findByLabelText("E-mail address"), "  ann@example.com ");
  await user.type(screen.getByLabelText("Password"), "seven green ladders");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("heading", { level: 1, name: "Conversations" })).toBeTruthy();
  expect(server.to("POST /api/auth/login")[0]?.body).toEqual({
    email: "ann@example.com",
    password: "seven green ladders",
  });
  expect(storage.getItem(SESSION_KEY)).toContain('"refreshToken":"r1"');
  expect(storage.getItem(SESSION_KEY)).not.toContain("a1");
  expect(sockets).toHaveLength(1);
});

test("empty fields are named before anything is asked, and the first one gets the focus", async () => {
  const { user, server } = open({});
  const email = await screen.findByLabelText("E-mail address");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect(screen.getByText("Write your e-mail address.")).toBeTruthy();
  expect(screen.getByText("Write your password.")).toBeTruthy();
  expect(document.activeElement).toBe(email);
  expect(server.to("POST /api/auth/login")).toHaveLength(0);
});

test("a wrong password is said at the field, in words", async () => {
  const { user } = open({ "POST /api/auth/login": () => problem(401, "invalid_credentials") });
  await user.type(await screen.findByLabelText("E-mail address"), "ann@example.com");
  await user.type(screen.getByLabelText("Password"), "wrong");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByText("The e-mail address or the password is wrong.")).toBeTruthy();
  expect(screen.getByLabelText("Password").getAttribute("aria-invalid")).toBe("true");
});

test("too many attempts say how long to wait", async () => {
  const { user } = open({ "POST /api/auth/login": () => problem(429, "rate_limited", { retryAfter: 12 }) });
  await user.type(await screen.findByLabelText("E-mail address"), "ann@example.com");
  await user.type(screen.getByLabelText("Password"), "wrong");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect((await screen.findByRole("alert")).textContent).toContain("Try again in 12 seconds.");
});

test("a server by invitation asks for the code and says when it is not good", async () => {
  const { user, server } = open(
    { "POST /api/auth/register": () => problem(403, "invite_invalid") },
    "/",
    {},
    { registration: "invite" },
  );
  await user.click(await screen.findByRole("button", { name: "Create account" }));
  await user.type(screen.getByLabelText("Invitation code"), "abc");
  await user.type(screen.getByLabelText("Your name"), "Ann");
  await user.type(screen.getByLabelText("E-mail address"), "ann@example.com");
  await user.type(screen.getByLabelText("Password"), "seven green ladders");
  await user.click(screen.getByRole("button", { name: "Create account" }));
  expect(await screen.findByText("This invitation is unknown, used or expired.")).toBeTruthy();
  expect(server.to("POST /api/auth/register")[0]?.body).toMatchObject({ invite: "abc", name: "Ann" });
});

test("the server's rules for passwords are told at the field", async () => {
  const errors = [{ field: "password", message: "is one of the commonest" }];
  const { user } = open({ "POST /api/auth/register": () => problem(422, "invalid", { errors }) });
  await user.click(await screen.findByRole("button", { name: "Create account" }));
  await user.type(screen.getByLabelText("Your name"), "Ann");
  await user.type(screen.getByLabelText("E-mail address"), "ann@example.com");
  await user.type(screen.getByLabelText("Password"), "password");
  await user.click(screen.getByRole("button", { name: "Create account" }));
  expect(await screen.findByText(/Use 8 to 128 characters/)).toBeTruthy();
});

test("a closed server offers no account", async () => {
  open({}, "/", {}, { registration: "closed" });
  expect(await screen.findByText(/New accounts are closed/)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Create account" })).toBeNull();
});

test("a server of a host product sends people there", async () => {
  open({}, "/", {}, { identity: "host" });
  expect(await screen.findByRole("heading", { name: "Sign in through your product" })).toBeTruthy();
  expect(screen.queryByLabelText("Password")).toBeNull();
});

test("a reload stays signed in and on its page", async () => {
  const stored = { [SESSION_KEY]: JSON.stringify({ refreshToken: "r0", user: ANN }) };
  const { bar } = open(
    { "POST /api/auth/refresh": () => ({ body: { accessToken: "a2", refreshToken: "r2", expiresIn: 900 } }) },
    "/history",
    stored,
  );
  expect(await screen.findByRole("heading", { level: 1, name: "Calls" })).toBeTruthy();
  expect(bar.path()).toBe("/history");
});

test("a session that has run out says so on the sign-in page", async () => {
  const stored = { [SESSION_KEY]: JSON.stringify({ refreshToken: "old", user: ANN }) };
  open({ "POST /api/auth/refresh": () => problem(401, "invalid_refresh_token") }, "/", stored);
  expect(await screen.findByText("You were signed out. Sign in to go on.")).toBeTruthy();
});

test("signing out disconnects, forgets the session and tells the server", async () => {
  const stored = { [SESSION_KEY]: JSON.stringify({ refreshToken: "r0", user: ANN }) };
  const { user, server, storage, sockets, disposed } = open(
    {
      "POST /api/auth/refresh": () => ({ body: { accessToken: "a2", refreshToken: "r2", expiresIn: 900 } }),
      "POST /api/auth/logout": () => ({ status: 204 }),
    },
    "/settings",
    stored,
  );
  await user.click(await screen.findByRole("button", { name: "Sign out" }));
  expect(await screen.findByText("You are signed out.")).toBeTruthy();
  expect(storage.getItem(SESSION_KEY)).toBeNull();
  await waitFor(() => expect(server.to("POST /api/auth/logout")[0]?.body).toEqual({ refreshToken: "r2" }));
  expect(disposed).toHaveBeenCalledOnce();
  expect(sockets[0]?.connected).toBe(false);
});

test("the badge of missed calls is cleared when their list is seen", async () => {
  const stored = { [SESSION_KEY]: JSON.stringify({ refreshToken: "r0", user: ANN }) };
  const { user, server, sockets } = open(
    {
      "POST /api/auth/refresh": () => ({ body: { accessToken: "a2", refreshToken: "r2", expiresIn: 900 } }),
      "POST /api/calls/missed/seen": () => ({ body: { marked: 2 } }),
    },
    "/",
    stored,
  );
  await screen.findByRole("heading", { level: 1, name: "Conversations" });
  await waitFor(() => expect(server.to("GET /api/calls/missed")).toHaveLength(1));
  sockets[0]?.hear("call:missed-unseen", { count: 2, items: [] });
  const link = await screen.findByRole("link", { name: /2 missed calls not seen yet/ });
  await user.click(link);
  await waitFor(() => expect(server.to("POST /api/calls/missed/seen")).toHaveLength(1));
  expect(screen.queryByText(/missed calls not seen yet/)).toBeNull();
});
