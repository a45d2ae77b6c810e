// The socket of the person who is signed in: connected again whenever that can help.

import type { CallSocket, ErrorEvent } from "@aethex/calls-client";
import { asApiError } from "../api/problem.js";
import type { Session } from "./session.js";

/** What of a socket.io-client `Socket` is used here, beside what calls need. */
export interface LiveSocket extends CallSocket {
  /** Whether the client connects again by itself. */
  readonly active: boolean;
  connect(): unknown;
  disconnect(): unknown;
}

/** The `auth` payload. */
export interface SocketLogin {
  readonly token: string;
  readonly deviceId: string;
  readonly protocol: 1;
  readonly client: string;
}

/** Opens a socket that asks `auth` before every attempt. */
export type OpenSocket = (auth: (give: (login: SocketLogin) => void) => void) => LiveSocket;

/** What {@link connectSocket} is made of. */
export interface SocketParts {
  readonly session: Session;
  readonly deviceId: string;
  readonly open: OpenSocket;
  /** Calls back after so many milliseconds; returns the function that prevents it. */
  readonly after: (ms: number, work: () => void) => () => void;
  /** Calls back when the network came back or the tab is looked at again; returns the function that stops it. */
  readonly onWake: (work: () => void) => () => void;
}

/** Waits before the next attempt after the server turned us away, in milliseconds. */
const WAITS_MS = [300, 1000, 2000, 4000, 7000];

/**
 * Connects. A lost network is the client's own matter; a token that ran out, a dismissal by the server and
 * a refusal are ours, because `socket.io-client` gives up on those. Returns the socket and what ends it.
 */
export function connectSocket(parts: SocketParts): { readonly socket: LiveSocket; close(): void } {
  const { session, deviceId, open, after, onWake } = parts;
  let refused = 0;
  let closed = false;
  /** The last token the server saw, to be renewed when it does not like it. */
  let shown: string | null = null;
  let stale = false;
  let cancel: () => void = () => undefined;

  const later = (work: () => void): void => {
    cancel();
    const wait = WAITS_MS[Math.min(refused, WAITS_MS.length - 1)] ?? 0;
    refused += 1;
    cancel = after(wait, () => {
      if (!closed) work();
    });
  };

  const socket = open((give) => {
    const login = async (): Promise<void> => {
      try {
        const token = stale && shown !== null ? await session.tokenAfter(shown) : await session.token();
        stale = false;
        shown = token;
        give({ token, deviceId, protocol: 1, client: "aethex-web" });
      } catch (error) {
        // Signed out: whoever owns the socket closes it. Not reachable: ask again, the handshake waits.
        if (asApiError(error).code !== "signed_out" && !closed) later(() => void login());
      }
    };
    void login();
  });

  const again = (): void =>
    later(() => {
      if (!socket.connected && !socket.active) socket.connect();
    });
  const onConnect = (): void => {
    refused = 0;
    cancel();
  };
  const onRefusal = (error: unknown): void => {
    if (error instanceof Error && error.message === "unauthorized") stale = true;
    // `active`: a transport error, which the client itself follows up.
    if (!socket.active) again();
  };
  const onDismissal = (payload: unknown): void => {
    const { event, code } = payload as ErrorEvent;
    if (event === "connection" && code !== "rate_limited") stale = true;
  };
  const onDisconnect = (reason: unknown): void => {
    if (reason === "io server disconnect") again();
  };
  socket.on("connect", onConnect);
  socket.on("connect_error", onRefusal);
  socket.on("call:error", onDismissal);
  socket.on("disconnect", onDisconnect);
  const sleep = onWake(() => {
    if (socket.connected || closed) return;
    // Begins a new attempt at once instead of waiting for the next one.
    refused = 0;
    cancel();
    socket.disconnect();
    socket.connect();
  });
  socket.connect();

  return {
    socket,
    close() {
      closed = true;
      cancel();
      sleep();
      socket.off("connect", onConnect);
      socket.off("connect_error", onRefusal);
      socket.off("call:error", onDismissal);
      socket.off("disconnect", onDisconnect);
      socket.disconnect();
    },
  };
}
