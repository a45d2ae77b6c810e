// One server process: started on a free port with an empty data folder, killed and started again.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SERVER } from "./paths.js";

/** How long a start or a stop may take, in milliseconds. */
const PATIENCE = 30_000;
/** Lines of the log that are kept. */
const LOG_LINES = 5_000;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** How to start a server. */
export interface ServerOptions {
  /** Settings by their names in the environment without `AETHEX_`, for example `RING_SECONDS`. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Origins of other web sites that may use it. */
  readonly allowedOrigins?: readonly string[];
  /** The address to listen on; loopback when left out. */
  readonly host?: string;
  /** What stands before the program, so that it runs in another network. */
  readonly within?: readonly string[];
  /** The address at which this process reaches it, when it is another one than {@link host}. */
  readonly reachedAt?: string;
}

/** A running server. */
export class Server {
  readonly #options: ServerOptions;
  readonly #folder: string;
  #child: ChildProcess | null = null;
  #lines: string[] = [];
  #port = 0;

  private constructor(folder: string, options: ServerOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Starts a server on an empty data folder. */
  static async start(options: ServerOptions = {}): Promise<Server> {
    const server = new Server(await mkdtemp(join(tmpdir(), "aethex-e2e-")), options);
    await server.launch();
    return server;
  }

  /** Where this process reaches it. */
  get url(): string {
    return `http://${this.#options.reachedAt ?? this.host}:${this.#port}`;
  }

  /** Where it listens. */
  get publicUrl(): string {
    return `http://${this.host}:${this.#port}`;
  }

  /** The id of its process. */
  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error("the server does not run");
    return pid;
  }

  /** Its data folder. */
  get folder(): string {
    return this.#folder;
  }

  get host(): string {
    return this.#options.host ?? "127.0.0.1";
  }

  get port(): number {
    return this.#port;
  }

  /** What it printed lately. */
  get log(): string {
    return this.#lines.join("\n");
  }

  /** Starts the process; after the first time on the port it had before. */
  async launch(): Promise<void> {
    const flags = ["serve", "--listen", `${this.host}:${this.#port}`, "--data-dir", this.#folder];
    if (this.#options.host !== undefined) flags.push("--insecure-http");
    const [program = SERVER, ...words] = [...(this.#options.within ?? []), SERVER, ...flags];
    const child = spawn(program, words, {
      env: this.#environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    this.#child = child;
    this.#port = await this.#portOf(child);
    await this.#healthy();
  }

  /** Ends the process as a crash does it: no goodbye. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGKILL");
    await ended;
  }

  /** Ends it for good. A server that panicked on the way fails the test. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
    if (this.log.includes("panicked at")) throw new Error(`the server panicked\n${this.log}`);
  }

  #environment(): NodeJS.ProcessEnv {
    const { settings = {}, allowedOrigins = [] } = this.#options;
    // Media through the server only where a test is about it: it takes ports, and changes how calls of three go.
    const all: Record<string, string | number> = { LIMITS: "load", SFU: "off", ...settings };
    if (allowedOrigins.length > 0) all.ALLOWED_ORIGINS = allowedOrigins.join(",");
    const named = Object.entries(all).map(([name, value]) => [`AETHEX_${name}`, String(value)]);
    return { PATH: process.env.PATH, RUST_BACKTRACE: "1", ...Object.fromEntries(named) };
  }

  #portOf(child: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`${SERVER} ${why}\n${this.log}`));
      const timer = setTimeout(() => fail("printed no address"), PATIENCE);
      child.once("error", (error) => fail(error.message));
      child.once("exit", (code, signal) => {
        running.delete(child);
        clearTimeout(timer);
        fail(`ended with ${code ?? signal}`);
      });
      let printed = "";
      const keep = (text: string): void => {
        this.#lines.push(...text.split("\n").filter((line) => line !== ""));
        this.#lines.splice(0, Math.max(0, this.#lines.length - LOG_LINES));
      };
      child.stderr?.setEncoding("utf8").on("data", keep);
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        keep(text);
        printed += text;
        const port = /listens on https?:\/\/[^\s:]+:(\d+)/.exec(printed)?.[1];
        if (port === undefined) return;
        clearTimeout(timer);
        resolve(Number(port));
      });
    });
  }

  async #healthy(): Promise<void> {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const healthy = await fetch(`${this.url}/healthz`).then(
        async (answer) => {
          await answer.arrayBuffer();
          return answer.ok;
        },
        () => false,
      );
      if (healthy) return;
      if (Date.now() > until) throw new Error(`no health at ${this.url}\n${this.log}`);
    }
  }
}
