// One device: a real socket.io-client that remembers everything it hears.

import { io } from "socket.io-client";

/** How long anything may take that should happen at once, in milliseconds. */
export const SOON = 8_000;

/** @typedef {{name: string, data: any, at: number}} Heard */

export class Device {
  /** @type {Heard[]} */
  heard = [];
  /** Packets of the transport, beside the pings that every idle connection has. */
  packets = 0;
  #watchers = new Set();

  /**
   * @param {string} url
   * @param {{auth?: object, transports?: string[], options?: object}} how
   */
  constructor(url, { auth, transports = ["websocket"], options = {} } = {}) {
    this.socket = io(url, {
      auth,
      transports,
      forceNew: true,
      reconnection: false,
      autoConnect: false,
      ...options,
    });
    this.socket.onAny((name, data) => this.#hear(name, data));
    this.socket.on("connect", () => this.#hear("(connect)"));
    this.socket.on("disconnect", (reason) => this.#hear("(disconnect)", reason));
    this.socket.io.on("open", () => {
      const { engine } = this.socket.io;
      engine.on("packet", (packet) => {
        if (packet.type !== "ping" && packet.type !== "noop") this.packets += 1;
      });
      engine.on("upgrade", () => this.#hear("(upgrade)"));
    });
  }

  /** Connects, or throws the server's refusal. */
  connect() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("no connection")), SOON);
      const done = (settle) => (value) => {
        clearTimeout(timer);
        this.socket.off("connect", onConnect).off("connect_error", onError);
        settle(value);
      };
      const onConnect = done(() => resolve(this));
      const onError = done(reject);
      this.socket.on("connect", onConnect).on("connect_error", onError);
      this.socket.connect();
    });
  }

  #hear(name, data) {
    this.heard.push({ name, data, at: performance.now() });
    for (const watcher of this.#watchers) watcher();
  }

  /** What was heard under a name, optionally about one call. */
  all(name, callId) {
    const fits = (one) => one.name === name && (!callId || one.data?.callId === callId);
    return this.heard.filter(fits).map((one) => one.data);
  }

  /** The names heard about a call, in order. */
  story(callId) {
    return this.heard.filter((one) => one.data?.callId === callId).map((one) => one.name);
  }

  /** Where the record stands, for `until(…, {after})`. */
  get mark() {
    return this.heard.length;
  }

  /**
   * Waits for an event, heard already or yet to come.
   * @param {string} name
   * @param {((data: any) => boolean) | string} [where] a condition, or the id of its call
   * @param {{within?: number, after?: number}} [limits]
   */
  until(name, where = () => true, { within = SOON, after = 0 } = {}) {
    const fits = typeof where === "string" ? (data) => data?.callId === where : where;
    const find = () => this.heard.slice(after).find((one) => one.name === name && fits(one.data));
    return this.#watch(find, within, name).then((one) => one.data);
  }

  /** Waits until as many events of a name were heard. */
  untilCount(name, count, { within = SOON } = {}) {
    const find = () => (this.all(name).length >= count ? this.all(name) : undefined);
    return this.#watch(find, within, `${count} of ${name}`);
  }

  #watch(find, within, what) {
    const already = find();
    if (already) return Promise.resolve(already);
    const called = new Error(`not heard within ${within} ms: ${what}`);
    return new Promise((resolve, reject) => {
      const watcher = () => {
        const found = find();
        if (!found) return;
        clearTimeout(timer);
        this.#watchers.delete(watcher);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#watchers.delete(watcher);
        const heard = this.heard.map((one) => one.name).join(" ");
        called.message += `\nheard: ${heard || "nothing"}`;
        reject(called);
      }, within);
      this.#watchers.add(watcher);
    });
  }

  /** Sends an event and waits for its acknowledgement. */
  async emit(name, payload, within = SOON) {
    try {
      return await this.socket.timeout(within).emitWithAck(name, payload);
    } catch (error) {
      throw new Error(`no acknowledgement of ${name}: ${error.message}`);
    }
  }

  /** Sends an event whose acknowledgement must be good. */
  async does(name, payload) {
    const ack = await this.emit(name, payload);
    if (ack?.ok !== true) throw new Error(`${name} refused: ${JSON.stringify(ack)}`);
    return ack;
  }

  /** Sends an event as a founding client does: without asking for an answer. */
  send(name, payload) {
    this.socket.emit(name, payload);
  }

  /**
   * Waits until everything that the server sent before has arrived: answers come in the
   * order of the events before them. What is not there afterwards was not sent.
   */
  async flush() {
    await this.emit("call:get", { callId: "00000000-0000-7000-8000-000000000000" });
  }

  /**
   * Waits until the call has done everything that was asked of it before: its own report goes
   * the same way. This device must be in the call.
   */
  async settled(callId) {
    await this.does("call:transport-state", { callId, state: "connected" });
  }

  /** Says goodbye. */
  close() {
    this.socket.disconnect();
  }

  /** Loses the connection without a goodbye from socket.io, as a closed laptop does. */
  drop() {
    const { engine } = this.socket.io;
    const stream = engine.transport.ws?._socket;
    if (stream) stream.destroy();
    else engine.close();
  }
}
