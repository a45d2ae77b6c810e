// Network namespaces that carry the name of their run, so that what a crashed run left is found and removed.

import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Every namespace of ours begins with this, followed by the process id of its run. */
const MARK = "axnat";

/** A name that no other run has; interface names hold at most 15 characters. */
export const RUN = `${MARK}${process.pid}`;

/** Runs a program of the system and gives back what it printed. */
export async function command(program: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run(program, [...words]);
  return stdout;
}

/** One network namespace. */
export class Namespace {
  readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  /** Makes one with a working loopback. */
  static async make(place: string): Promise<Namespace> {
    const space = new Namespace(`${RUN}${place}`);
    await command("ip", "netns", "add", space.name);
    await space.ip("link", "set", "lo", "up");
    return space;
  }

  /** What stands before a program so that it runs in here. */
  get prefix(): readonly string[] {
    return ["ip", "netns", "exec", this.name];
  }

  /** Runs a program in here. */
  run(program: string, ...words: readonly string[]): Promise<string> {
    return command("ip", "netns", "exec", this.name, program, ...words);
  }

  /** `ip` in here. */
  ip(...words: readonly string[]): Promise<string> {
    return command("ip", "-n", this.name, ...words);
  }

  /** Replaces all rules of the packet filter at once; connections that exist keep their translation. */
  async filter(rules: string): Promise<void> {
    const child = run("ip", ["netns", "exec", this.name, "nft", "-f", "-"]);
    child.child.stdin?.end(`flush ruleset\n${rules}`);
    await child;
  }

  /** Lets packets through to other networks. */
  async forward(): Promise<void> {
    await this.run("sysctl", "-q", "-w", "net.ipv4.ip_forward=1");
  }

  /** A cable to another namespace; the ends have these names. */
  async cable(end: string, other: Namespace, otherEnd: string): Promise<void> {
    await this.ip("link", "add", end, "type", "veth", "peer", "name", otherEnd, "netns", other.name);
  }
}

/** Removes the namespaces of this run. Devices in them go with them. Runs at the end of the process, too. */
export function removeOurs(): void {
  remove((name) => name.startsWith(RUN));
}

/** Removes what runs left that are not alive any more. */
export function removeStale(): void {
  remove((name) => {
    const pid = new RegExp(`^${MARK}(\\d+)`).exec(name)?.[1];
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  });
}

function remove(which: (name: string) => boolean): void {
  const listed = execFileSync("ip", ["netns", "list"], { encoding: "utf8" });
  const names = listed.split("\n").map((line) => line.split(" ")[0] ?? "");
  for (const name of names.filter(which)) {
    // A crashed run leaves its servers and browsers, and they keep the namespace alive without a name.
    const pids = execFileSync("ip", ["netns", "pids", name], { encoding: "utf8" });
    for (const pid of pids.split("\n").filter((line) => line !== "")) end(Number(pid));
    execFileSync("ip", ["netns", "del", name]);
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // Its end was quicker than we.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
