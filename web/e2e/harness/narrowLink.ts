// Two network namespaces on one bridge; the link of the first one can be made narrow, or walled. Needs root.

import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { CHROMIUM } from "./paths.js";

const run = promisify(execFile);

/** Milliseconds that a packet may wait before a narrow link: what a home router has. */
const QUEUE_MS = 250;

/** Why there can be no namespaces here; null when there can. */
export async function whyNoNamespaces(): Promise<string | null> {
  if (process.getuid?.() !== 0) return "network namespaces need root";
  const name = `ax${process.pid}t`;
  try {
    await run("ip", ["netns", "add", name]);
    await run("ip", ["netns", "del", name]);
    return null;
  } catch (error) {
    return `no network namespaces: ${String(error)}`;
  }
}

/** Why there can be no {@link NarrowLink.wall} here; null when there can. */
export async function whyNoWall(): Promise<string | null> {
  const reason = await whyNoNamespaces();
  if (reason !== null) return reason;
  return run("nft", ["--version"]).then(
    () => null,
    (error: unknown) => `no packet filter: ${String(error)}`,
  );
}

/** Two places in a network of their own. */
export class NarrowLink {
  /** The address at which both reach this machine. */
  readonly host: string;
  readonly #id = `ax${process.pid % 100_000}`;
  readonly #net: string;
  #folder = "";

  private constructor() {
    this.#net = `10.213.${process.pid % 200}`;
    this.host = `${this.#net}.1`;
  }

  /** Makes bridge and namespaces. */
  static async make(): Promise<NarrowLink> {
    const link = new NarrowLink();
    const id = link.#id;
    link.#folder = await mkdtemp(join(tmpdir(), "aethex-net-"));
    await run("ip", ["link", "add", `${id}br`, "type", "bridge"]);
    await run("ip", ["address", "add", `${link.host}/24`, "dev", `${id}br`]);
    await run("ip", ["link", "set", `${id}br`, "up"]);
    for (const [index, place] of (["a", "b"] as const).entries()) {
      const space = `${id}${place}`;
      await run("ip", ["netns", "add", space]);
      await run("ip", ["link", "add", `${id}o${place}`, "type", "veth", "peer", "name", `${id}i${place}`]);
      await run("ip", ["link", "set", `${id}o${place}`, "master", `${id}br`, "up"]);
      await run("ip", ["link", "set", `${id}i${place}`, "netns", space]);
      await run("ip", [
        "-n",
        space,
        "address",
        "add",
        `${link.#net}.${index + 2}/24`,
        "dev",
        `${id}i${place}`,
      ]);
      await run("ip", ["-n", space, "link", "set", `${id}i${place}`, "up"]);
      await run("ip", ["-n", space, "link", "set", "lo", "up"]);
      const script = join(link.#folder, place);
      await writeFile(script, `#!/bin/sh\nexec ip netns exec ${space} ${CHROMIUM} "$@"\n`);
      await chmod(script, 0o755);
    }
    return link;
  }

  /** A Chromium program that runs in one of the places. */
  chromiumIn(place: "a" | "b"): string {
    return join(this.#folder, place);
  }

  /** Makes the link of the first place so wide, both ways. */
  async limit(kbps: number): Promise<void> {
    const shape = ["root", "tbf", "rate", `${kbps}kbit`, "burst", "8kb", "latency", `${QUEUE_MS}ms`];
    await run("tc", ["qdisc", "replace", "dev", `${this.#id}oa`, ...shape]);
    await run("ip", [
      "netns",
      "exec",
      `${this.#id}a`,
      "tc",
      "qdisc",
      "replace",
      "dev",
      `${this.#id}ia`,
      ...shape,
    ]);
  }

  /**
   * Of the datagrams that come to the first place so many percent are lost, each by a lot of its own; 0 ends it. What
   * is in them does not matter: sound, pictures, what is sent again, reports, keys, connectivity checks. TCP, and so
   * the signalling, is spared. Needs nftables.
   */
  async lose(percent: number): Promise<void> {
    const place = ["netns", "exec", `${this.#id}a`, "nft"];
    // The server hands many datagrams over as one; cut apart before the cable they are lost one by one.
    await run("ip", ["link", "set", "dev", `${this.#id}oa`, "gso_max_segs", "1"]);
    await run("ip", [...place, "add table ip loss; delete table ip loss"]);
    if (percent === 0) return;
    const rules = `
      table ip loss {
        chain arriving {
          type filter hook input priority filter; policy accept;
          iifname != "lo" meta l4proto udp numgen random mod 100 < ${percent} drop
        }
      }`;
    await run("ip", [...place, rules]);
  }

  /**
   * Of what goes from the first place to this machine only TCP to these ports gets there; the rest is dropped without
   * a word, as a strict office does it. Inside of the place everything passes. Needs nftables.
   */
  async wall(ports: readonly number[]): Promise<void> {
    const rules = `
      table ip wall {
        chain leaving {
          type filter hook output priority filter; policy accept;
          ip daddr ${this.host} tcp dport { ${ports.join(", ")} } accept
          ip daddr ${this.host} drop
        }
      }`;
    await run("ip", ["netns", "exec", `${this.#id}a`, "nft", rules]);
  }

  /** Takes everything down. */
  async close(): Promise<void> {
    for (const place of ["a", "b"]) {
      // A browser in there keeps the namespace alive without a name, and its cable with it.
      await run("ip", ["link", "del", `${this.#id}o${place}`]);
      await run("ip", ["netns", "del", `${this.#id}${place}`]);
    }
    await run("ip", ["link", "del", `${this.#id}br`]);
    await rm(this.#folder, { recursive: true, force: true });
  }
}
