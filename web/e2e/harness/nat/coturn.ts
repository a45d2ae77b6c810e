// The real coturn with the file that we ship, as a relay beside the call server.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RELAY_ADDRESS, type World } from "./world.js";

const SHIPPED = fileURLToPath(new URL("../../../../deploy/coturn/turnserver.conf", import.meta.url));
const SECRET = "a-secret-for-one-run-of-the-tests";
/** How long a start may take, in milliseconds. */
const PATIENCE = 15_000;

/** A running coturn. */
export class Coturn {
  /** What the call server is told of it. */
  readonly settings = {
    TURN_HOST: RELAY_ADDRESS,
    TURN_PORT: 3478,
    TURN_TLS_PORT: 5349,
    TURN_SECRET: SECRET,
  };
  readonly #child: ChildProcess;
  readonly #folder: string;
  #log = "";

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.#folder = folder;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#log += text;
      });
    }
  }

  /** Starts one at its public address, with TLS. */
  static async start(world: World): Promise<Coturn> {
    const folder = await mkdtemp(join(tmpdir(), "aethex-coturn-"));
    const file = join(folder, "turnserver.conf");
    const { certificate, key } = world.certificate;
    const shipped = await readFile(SHIPPED, "utf8");
    const lines = [
      // As the file says: both paths, and without the lines that close TLS.
      ...shipped.split("\n").filter((line) => line !== "no-tls" && line !== "no-dtls"),
      ...[`cert=${certificate}`, `pkey=${key}`, `static-auth-secret=${SECRET}`],
      ...[`listening-ip=${RELAY_ADDRESS}`, `relay-ip=${RELAY_ADDRESS}`],
      ...[`userdb=${join(folder, "turndb")}`, `pidfile=${join(folder, "pid")}`],
    ];
    await writeFile(file, lines.join("\n"));
    const [program = "", ...before] = world.net.prefix;
    const child = spawn(program, [...before, "turnserver", "-c", file], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    process.once("exit", () => child.kill("SIGKILL"));
    const coturn = new Coturn(child, folder);
    await coturn.#listening(world);
    return coturn;
  }

  /** What it printed. */
  get log(): string {
    return this.#log;
  }

  /** Ends it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null) {
      const ended = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
      this.#child.kill("SIGKILL");
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #listening(world: World): Promise<void> {
    const until = Date.now() + PATIENCE;
    const wanted = [3478, 5349].map((port) => `${RELAY_ADDRESS}:${port}`);
    for (;;) {
      const sockets = `${await world.net.run("ss", "-Hlnt")}${await world.net.run("ss", "-Hlnu")}`;
      if (wanted.every((address) => sockets.split(address).length > 2)) return;
      if (this.#child.exitCode !== null || Date.now() > until) {
        throw new Error(`coturn does not listen\n${this.#log}`);
      }
    }
  }
}
