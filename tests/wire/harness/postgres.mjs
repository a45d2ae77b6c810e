// A PostgreSQL cluster of our own, from Debian's programs.

import { execFile, spawn } from "node:child_process";
import { chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
let child;
// `runuser` passes SIGTERM on, but not SIGKILL.
process.on("exit", () => child?.kill("SIGTERM"));

/** The folder with `initdb`, newest version first; `undefined` when there is none. */
export async function programs() {
  if (process.env.AETHEX_TEST_PG_BIN) return process.env.AETHEX_TEST_PG_BIN;
  const root = "/usr/lib/postgresql";
  const versions = await readdir(root).catch(() => []);
  const newest = versions.map(Number).filter(Boolean).sort((a, b) => b - a)[0];
  return newest && join(root, String(newest), "bin");
}

/** Why no test can use PostgreSQL here; `undefined` when they can. */
export async function whyNot() {
  if (process.env.AETHEX_TEST_DATABASE_URL) return undefined;
  return (await programs()) ? undefined : "PostgreSQL is not installed (apt-get install postgresql)";
}

async function freePort() {
  const listener = createServer();
  await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

/**
 * Starts a cluster with an empty database.
 * @returns {Promise<{url: string, stop: () => Promise<void>}>}
 */
export async function cluster() {
  if (process.env.AETHEX_TEST_DATABASE_URL) {
    return { url: process.env.AETHEX_TEST_DATABASE_URL, stop: async () => {} };
  }
  const bin = await programs();
  const folder = await mkdtemp(join(tmpdir(), "aethex-pg-"));
  const root = userInfo().uid === 0;
  if (root) {
    const { stdout } = await run("id", ["-u", "postgres"]);
    await chown(folder, Number(stdout), Number((await run("id", ["-g", "postgres"])).stdout));
  }
  const as = (program, words) =>
    root ? ["runuser", ["-u", "postgres", "--", join(bin, program), ...words]] : [join(bin, program), words];
  const data = join(folder, "data");
  const make = ["-D", data, "-U", "aethex", "--auth=trust", "--encoding=UTF8", "--no-sync"];
  await run(...as("initdb", make), { cwd: folder });
  const port = await freePort();
  const fast = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"];
  const where = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder];
  child = spawn(...as("postgres", [...where, ...fast]), { stdio: "ignore", cwd: folder });
  const url = `postgres://aethex@127.0.0.1:${port}/postgres`;
  const ready = ["-h", "127.0.0.1", "-p", String(port), "-U", "aethex", "-t", "1"];
  const until = Date.now() + 30_000;
  while (!(await run(join(bin, "pg_isready"), ready).then(() => true, () => false))) {
    if (Date.now() > until) throw new Error("PostgreSQL did not start");
  }
  const stop = async () => {
    const gone = new Promise((resolve) => child.once("exit", resolve));
    await run(...as("pg_ctl", ["-D", data, "-m", "immediate", "stop"]), { cwd: folder });
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  return { url, stop };
}
