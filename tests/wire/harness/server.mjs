// One server process: started on a free port, stopped, killed and started again.

import { spawn, execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const BINARY =
  process.env.AETHEX_TEST_SERVER ??
  new URL("../../../target/debug/aethex-connect", import.meta.url).pathname;

/** How long a start or a stop may take, in milliseconds. */
const PATIENCE = 30_000;
const LOG_LINES = 20_000;

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/**
 * @typedef {object} Options
 * @property {Record<string, string | number>} [settings] settings by their names in the
 *   environment without `AETHEX_`, for example `RING_SECONDS`. The rate limits are those for
 *   load runs unless `LIMITS` says otherwise, and the TURN server and the SFU are off unless
 *   `TURN_EMBEDDED` and `SFU` do.
 * @property {Record<string, string>} [env] variables under their whole names.
 * @property {string} [databaseUrl] PostgreSQL; SQLite in the data folder when left out.
 */

export class Server {
  /** @type {import("node:child_process").ChildProcess | undefined} */
  #child;
  /** @type {string[]} */
  #log = [];
  #port = 0;

  /** @param {string} folder @param {Options} options */
  constructor(folder, options) {
    this.folder = folder;
    this.options = options;
    this.url = "";
  }

  /** Starts a server on an empty data folder. @param {Options} [options] */
  static async start(options = {}) {
    const folder = await mkdtemp(join(tmpdir(), "aethex-wire-"));
    const server = new Server(folder, options);
    await server.launch();
    return server;
  }

  get environment() {
    const { settings = {}, env = {}, databaseUrl } = this.options;
    const all = { LIMITS: "load", TURN_EMBEDDED: "off", SFU: "off", DATA_DIR: this.folder, ...settings };
    if (databaseUrl) all.DATABASE_URL = databaseUrl;
    const named = Object.entries(all).map(([name, value]) => [`AETHEX_${name}`, String(value)]);
    return { PATH: process.env.PATH, RUST_BACKTRACE: "1", ...Object.fromEntries(named), ...env };
  }

  /** Starts the process; after the first time on the port it had before. */
  async launch() {
    const child = spawn(BINARY, ["serve", "--listen", `127.0.0.1:${this.#port}`], {
      env: this.environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    this.#child = child;
    this.#log = [];
    this.url = await this.#address(child);
    this.#port = Number(new URL(this.url).port);
    await this.#healthy();
  }

  /** The address in the first line of the standard output that holds one. */
  #address(child) {
    return new Promise((resolve, reject) => {
      const fail = (why) => reject(new Error(`${BINARY} ${why}\n${this.log}`));
      const timer = setTimeout(() => fail("printed no address"), PATIENCE);
      child.once("error", (error) => fail(error.message));
      child.once("exit", (code, signal) => {
        running.delete(child);
        clearTimeout(timer);
        fail(`ended with ${code ?? signal}`);
      });
      const listen = (stream, onText) => {
        stream.setEncoding("utf8");
        stream.on("data", (text) => {
          this.#log.push(...text.split("\n").filter(Boolean));
          this.#log.splice(0, Math.max(0, this.#log.length - LOG_LINES));
          onText?.(text);
        });
      };
      let printed = "";
      listen(child.stderr);
      listen(child.stdout, (text) => {
        printed += text;
        const address = /https?:\/\/127\.0\.0\.1:\d+/.exec(printed);
        if (address) {
          clearTimeout(timer);
          resolve(address[0]);
        }
      });
    });
  }

  async #healthy() {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const answer = await fetch(`${this.url}/healthz`).catch(() => undefined);
      await answer?.arrayBuffer();
      if (answer?.ok) return;
      if (Date.now() > until) throw new Error(`no health at ${this.url}\n${this.log}`);
    }
  }

  get log() {
    return this.#log.join("\n");
  }

  get pid() {
    return this.#child?.pid;
  }

  /** Ends the process and waits for its end. @param {NodeJS.Signals} signal */
  async #end(signal) {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode;
    const ended = new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        reject(new Error(`still running ${PATIENCE} ms after ${signal}\n${this.log}`));
      }, PATIENCE + 5_000);
      child.once("exit", (code) => {
        clearTimeout(timer);
        resolve(code);
      });
    });
    child.kill(signal);
    return ended;
  }

  /** As a crash does it: no goodbye. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** As an operator does it. @returns {Promise<number>} the exit code */
  async terminate() {
    return this.#end("SIGTERM");
  }

  /** Kills the process and starts it again on the same data and port. */
  async crash() {
    await this.kill();
    await this.launch();
  }

  /** Runs another command of the program on the same data. @param {string[]} words */
  async command(...words) {
    const { stdout } = await promisify(execFile)(BINARY, words, { env: this.environment });
    return stdout.trim();
  }

  /** A new API key for a server of the host product. */
  async apiKey(name = "test") {
    const printed = await this.command("token", "api-key", name);
    const key = /axk_\S+/.exec(printed);
    if (!key) throw new Error(`no API key in: ${printed}`);
    return key[0];
  }

  /** Ends it for good. A server that panicked on the way fails the test. */
  async stop() {
    await this.#end("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
    if (this.log.includes("panicked at")) throw new Error(`the server panicked\n${this.log}`);
  }
}
