// What every test file begins with: one server for the file, gone when the file is done.

import { after, before } from "node:test";
import { hangUpAll } from "./people.mjs";
import { Server } from "./server.mjs";

/**
 * A server for all tests of a file (or of a `describe`).
 * @param {import("./server.mjs").Options | (() => Promise<import("./server.mjs").Options>)} [options]
 * @param {(server: Server) => Promise<void>} [prepare] what the tests need beside it
 * @returns {Server} filled in before the first test
 */
export function sharedServer(options = {}, prepare = async () => {}) {
  const holder = { server: undefined };
  before(async () => {
    holder.server = await Server.start(typeof options === "function" ? await options() : options);
    await prepare(holder.server);
  });
  after(async () => {
    hangUpAll();
    await holder.server?.stop();
  });
  return new Proxy(holder, {
    get: (_, key) => {
      const value = holder.server?.[key];
      return typeof value === "function" ? value.bind(holder.server) : value;
    },
  });
}
