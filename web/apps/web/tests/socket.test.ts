// A socket that comes back whenever that can help, with a token the server will take.

import { createStore } from "@aethex/calls-client";
import { expect, test } from "vitest";
import { ApiError } from "../src/api/problem.js";
import type { Session, SessionState } from "../src/session/session.js";
import { connectSocket, type SocketLogin } from "../src/session/socket.js";
import { FakeSocket } from "./calls.fakes.js";
import { ANN } from "./fakes.js";

/** Runs what was promised so far. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function bench() {
  const socket = new FakeSocket();
  const logins: SocketLogin[] = [];
  const timers: { readonly ms: number; readonly work: () => void; live: boolean }[] = [];
  let number = 1;
  let unreachable = false;
  let wake: () => void = () => undefined;
  const reach = (): void => {
    if (unreachable) throw new ApiError("offline", "no network", { retryable: true });
  };
  const session: Session = {
    store: createStore<SessionState>({ status: "signed-in", user: ANN }),
    restore: async () => undefined,
    register: async () => undefined,
    login: async () => undefined,
    logout: async () => undefined,
    token: async () => {
      reach();
      return `a${number}`;
    },
    tokenAfter: async (refused) => {
      reach();
      if (refused === `a${number}`) number += 1;
      return `a${number}`;
    },
    renamed: () => undefined,
    storageChanged: () => undefined,
  };
  let ask: (give: (login: SocketLogin) => void) => void = () => undefined;
  const connection = connectSocket({
    session,
    deviceId: "tab-1",
    open: (auth) => {
      ask = auth;
      return socket;
    },
    after: (ms, work) => {
      const timer = { ms, work, live: true };
      timers.push(timer);
      return () => {
        timer.live = false;
      };
    },
    onWake: (work) => {
      wake = work;
      return () => {
        wake = () => undefined;
      };
    },
  });
  return {
    socket,
    logins,
    connection,
    wake: () => wake(),
    /** Does what `socket.io-client` does at each attempt: asks for the payload. */
    async handshake() {
      ask((login) => logins.push(login));
      await settled();
    },
    /** Lets the next timer run out; gives its milliseconds. */
    elapse(): number {
      const timer = timers.find((one) => one.live);
      if (timer === undefined) throw new Error("nothing waits");
      timer.live = false;
      timer.work();
      return timer.ms;
    },
    waiting: () => timers.filter((one) => one.live).length,
    cutOff: (cut: boolean) => {
      unreachable = cut;
    },
  };
}

test("each attempt takes the token of the moment and names the device", async () => {
  const { socket, handshake, logins } = bench();
  expect(socket.calls).toEqual(["connect"]);
  await handshake();
  expect(logins).toEqual([{ token: "a1", deviceId: "tab-1", protocol: 1, client: "aethex-web" }]);
});

test("after a dismissal for an expired token it comes back with a new one", async () => {
  const { socket, handshake, logins, elapse } = bench();
  await handshake();
  socket.hear("connect");
  socket.hear("call:error", { event: "connection", code: "token_expired" });
  socket.hear("disconnect", "io server disconnect");
  elapse();
  expect(socket.calls).toEqual(["connect", "connect"]);
  await handshake();
  expect(logins.map((login) => login.token)).toEqual(["a1", "a2"]);
});

test("after a dismissal for a flood it comes back with the same token", async () => {
  const { socket, handshake, logins, elapse } = bench();
  await handshake();
  socket.hear("connect");
  socket.hear("call:error", { event: "connection", code: "rate_limited" });
  socket.hear("disconnect", "io server disconnect");
  elapse();
  await handshake();
  expect(logins.map((login) => login.token)).toEqual(["a1", "a1"]);
});

test("a lost network is left to the library", () => {
  const { socket, waiting } = bench();
  socket.hear("connect");
  socket.hear("disconnect", "transport close");
  expect(waiting()).toBe(0);
});

test("a refused token is replaced, with longer and longer waits", async () => {
  const { socket, handshake, logins, elapse } = bench();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 7; attempt += 1) {
    await handshake();
    socket.hear("connect_error", new Error("unauthorized"));
    waits.push(elapse());
  }
  expect(waits).toEqual([300, 1000, 2000, 4000, 7000, 7000, 7000]);
  expect(logins.at(-1)?.token).toBe("a7");
  socket.hear("connect");
  socket.hear("disconnect", "io server disconnect");
  expect(elapse()).toBe(300);
});

test("a handshake waits until the server that gives tokens can be reached", async () => {
  const { handshake, logins, elapse, cutOff } = bench();
  cutOff(true);
  await handshake();
  expect(logins).toHaveLength(0);
  cutOff(false);
  elapse();
  await settled();
  expect(logins).toHaveLength(1);
});

test("a network that is back begins an attempt at once, but cuts no live connection", () => {
  const { socket, wake } = bench();
  wake();
  expect(socket.calls).toEqual(["connect", "disconnect", "connect"]);
  socket.hear("connect");
  wake();
  expect(socket.calls).toHaveLength(3);
});

test("once closed nothing connects it again", () => {
  const { socket, connection, wake, waiting } = bench();
  socket.hear("connect");
  socket.hear("disconnect", "io server disconnect");
  connection.close();
  wake();
  expect(waiting()).toBe(0);
  expect(socket.listeners).toBe(0);
  expect(socket.calls).toEqual(["connect", "disconnect"]);
});
