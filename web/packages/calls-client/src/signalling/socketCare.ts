// Keeps a socket usable: fresh tokens, coming back after a dismissal, and noticing that the network changed.

import type { Signalling } from "./signalling.js";

/** After a dismissal: the next attempts, in milliseconds; the last one repeats. */
const ATTEMPTS_MS = [0, 300, 1_000, 2_000, 4_000, 7_000];

/** A network that comes up says so several times. */
const SETTLE_MS = 200;

/** The messages of `connect_error` by which the server says no; any other is the network's, and retried by the library. */
const REFUSALS = new Set([
  "unauthorized",
  "invalid_device",
  "too_many_sockets",
  "rate_limited",
  "unavailable",
  "unsupported_protocol",
  "invalid",
]);

const isRefusal = (error: unknown): boolean => error instanceof Error && REFUSALS.has(error.message);

/** Cares for one socket until it is stopped. */
export class SocketCare {
  readonly #signalling: Signalling;
  readonly #getToken: (() => string | Promise<string>) | undefined;
  readonly #undo: (() => void)[] = [];
  readonly #refused = new Set<() => void>();
  readonly #network = new Set<() => void>();
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #settle: ReturnType<typeof setTimeout> | null = null;

  constructor(signalling: Signalling, getToken?: () => string | Promise<string>) {
    this.#signalling = signalling;
    this.#getToken = getToken;
    this.#undo.push(signalling.on("auth:expiring", () => void this.#renew()));
    this.#undo.push(
      signalling.onConnection((connected, reason) => {
        if (connected) this.#attempt = 0;
        // The library comes back by itself, except after the server closed the connection on purpose.
        else if (reason === "io server disconnect") this.#comeBack();
      }),
    );
    const denied = (error: unknown): void => {
      if (isRefusal(error)) this.#comeBack();
    };
    signalling.socket.on("connect_error", denied);
    this.#undo.push(() => signalling.socket.off("connect_error", denied));
    this.#watch(globalThis.window, "online");
    this.#watch(globalThis.document, "visibilitychange");
    this.#watch((globalThis.navigator as { connection?: EventTarget } | undefined)?.connection, "change");
  }

  /** Told when the server has dismissed the socket, and coming back may need the person. */
  onRefused(listener: () => void): () => void {
    this.#refused.add(listener);
    return () => this.#refused.delete(listener);
  }

  /** Told when the network may be another one, or there again. */
  onNetworkChange(listener: () => void): () => void {
    this.#network.add(listener);
    return () => this.#network.delete(listener);
  }

  stop(): void {
    for (const undo of this.#undo) undo();
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#settle !== null) clearTimeout(this.#settle);
  }

  async #renew(): Promise<void> {
    if (this.#getToken === undefined) return;
    try {
      const token = await this.#getToken();
      await this.#signalling.request("auth:refresh", { token });
    } catch (error) {
      // The server closes the socket a minute after the token ran out; then it is tried again from the start.
      console.debug("the token was not renewed", error);
    }
  }

  #comeBack(): void {
    for (const listener of this.#refused) listener();
    const wait = ATTEMPTS_MS[Math.min(this.#attempt, ATTEMPTS_MS.length - 1)] ?? 0;
    this.#attempt += 1;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#signalling.connected) this.#signalling.socket.connect?.();
    }, wait);
  }

  #watch(target: EventTarget | undefined, name: string): void {
    const changed = (): void => {
      if (name === "visibilitychange" && globalThis.document.visibilityState !== "visible") return;
      if (this.#settle !== null) clearTimeout(this.#settle);
      this.#settle = setTimeout(() => this.#changed(), SETTLE_MS);
    };
    target?.addEventListener(name, changed);
    this.#undo.push(() => target?.removeEventListener(name, changed));
  }

  #changed(): void {
    if (!this.#signalling.connected) this.#signalling.socket.connect?.();
    for (const listener of this.#network) listener();
  }
}
