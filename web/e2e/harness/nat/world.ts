// A small internet: servers with public addresses, and two homes behind routers that translate addresses. Needs root.
//
//   this machine ── management ── net (servers, 9.9.9.9 and 9.9.9.10) ── wan ─┬─ router a (9.9.9.11) ── home a
//                                                                              └─ router b (9.9.9.12) ── home b
//
// The public addresses look like any on the internet, so that the rules for relayed peers stay as shipped; no route
// leads out.

import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PageServer, servePages } from "../pageServer.js";
import { CHROMIUM } from "../paths.js";
import { type Certificate, makeCertificate } from "./certificate.js";
import { command, Namespace, RUN, removeOurs, removeStale } from "./namespaces.js";
import { type Nat, routerRules } from "./router.js";

/** The public address of the call server. */
export const SERVER_ADDRESS = "9.9.9.9";
/** The public address of a relay that is not the call server's. */
export const RELAY_ADDRESS = "9.9.9.10";

/** The homes. */
export const HOMES = ["a", "b"] as const;
export type HomeName = (typeof HOMES)[number];

interface Home {
  readonly router: Namespace;
  readonly inside: Namespace;
  readonly chromium: string;
}

/** The namespaces of one run. */
export class World {
  /** Where the servers are. */
  readonly net: Namespace;
  /** The address under which this process reaches what listens on {@link SERVER_ADDRESS}. */
  readonly management: string;
  /** The test pages, as the homes reach them. */
  readonly pages: PageServer;
  /** What servers prove themselves with; nobody signed it. */
  readonly certificate: Certificate;
  readonly #folder: string;
  readonly #host: string;
  readonly #homes: Readonly<Record<HomeName, Home>>;
  #renumbered = 0;

  private constructor(parts: {
    net: Namespace;
    management: string;
    host: string;
    pages: PageServer;
    certificate: Certificate;
    folder: string;
    homes: Readonly<Record<HomeName, Home>>;
  }) {
    this.net = parts.net;
    this.management = parts.management;
    this.pages = parts.pages;
    this.certificate = parts.certificate;
    this.#folder = parts.folder;
    this.#host = parts.host;
    this.#homes = parts.homes;
  }

  /** Makes everything; what a crashed run left is removed first. */
  static async make(): Promise<World> {
    removeStale();
    process.once("exit", removeOurs);
    const folder = await mkdtemp(join(tmpdir(), "aethex-nat-"));
    const net = await Namespace.make("net");
    await net.ip("link", "add", "wan", "type", "bridge");
    for (const address of [SERVER_ADDRESS, RELAY_ADDRESS]) {
      await net.ip("address", "add", `${address}/24`, "dev", "wan");
    }
    await net.ip("link", "set", "wan", "up");
    await net.forward();
    const { host, management } = await manage(net);
    const [a, b] = await Promise.all([
      makeHome(net, "a", 1, { folder, host }),
      makeHome(net, "b", 2, { folder, host }),
    ]);
    const [pages, certificate] = await Promise.all([
      servePages(host),
      makeCertificate(folder, [SERVER_ADDRESS, RELAY_ADDRESS]),
    ]);
    return new World({ net, management, host, pages, certificate, folder, homes: { a, b } });
  }

  /** A Chromium program that runs in one of the homes. */
  chromiumIn(home: HomeName): string {
    return this.#homes[home].chromium;
  }

  /** Gives routers other rules, at once. All of them when none is named. */
  async translate(nat: Nat, ...homes: readonly HomeName[]): Promise<void> {
    const which = homes.length === 0 ? HOMES : homes;
    await Promise.all(which.map((home) => this.#homes[home].router.filter(routerRules(nat))));
  }

  /** Gives a router another public address, as providers do: whatever went through it has lost its way back. */
  async renumber(home: HomeName): Promise<void> {
    const { router } = this.#homes[home];
    const index = HOMES.indexOf(home) + 1;
    await router.ip("address", "flush", "dev", "wan");
    this.#renumbered += 1;
    await connectWan(router, `9.9.9.${20 + 2 * this.#renumbered + index}`, this.#host);
  }

  /** UDP sockets of a process in the servers' namespace: `address:port` of each. */
  async udpSockets(pid: number): Promise<string[]> {
    const listed = await this.net.run("ss", "-Huanp");
    return listed
      .split("\n")
      .filter((line) => line.includes(`pid=${pid},`))
      .map((line) => line.trim().split(/\s+/)[3] ?? "");
  }

  /** Takes everything down. */
  async close(): Promise<void> {
    await this.pages.close();
    removeOurs();
    process.off("exit", removeOurs);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/**
 * The way from this process to the servers, and from the homes to the test pages. What this process sends to the far
 * end arrives at the server's public address.
 */
async function manage(net: Namespace): Promise<{ host: string; management: string }> {
  const block = `10.214.${process.pid % 250}`;
  const [host, management] = [`${block}.1`, `${block}.2`];
  await command("ip", "link", "add", RUN, "type", "veth", "peer", "name", "management", "netns", net.name);
  await command("ip", "address", "add", `${host}/30`, "dev", RUN);
  await command("ip", "link", "set", RUN, "up");
  await net.ip("address", "add", `${management}/30`, "dev", "management");
  await net.ip("link", "set", "management", "up");
  await net.filter(`
    table ip management {
      chain arriving {
        type nat hook prerouting priority dstnat; policy accept;
        iifname "management" ip daddr ${management} dnat to ${SERVER_ADDRESS}
      }
      chain leaving {
        type nat hook postrouting priority srcnat; policy accept;
        oifname "management" masquerade
      }
    }`);
  return { host, management };
}

async function connectWan(router: Namespace, address: string, host: string): Promise<void> {
  await router.ip("address", "add", `${address}/24`, "dev", "wan");
  await router.ip("route", "add", `${host}/32`, "via", SERVER_ADDRESS);
}

async function makeHome(
  net: Namespace,
  name: HomeName,
  index: number,
  { folder, host }: { readonly folder: string; readonly host: string },
): Promise<Home> {
  const [router, inside] = [await Namespace.make(`r${name}`), await Namespace.make(`h${name}`)];
  await router.cable("wan", net, `to-${name}`);
  await net.ip("link", "set", `to-${name}`, "master", "wan", "up");
  await router.ip("link", "set", "wan", "up");
  await connectWan(router, `9.9.9.${10 + index}`, host);
  await router.cable("lan", inside, "eth0");
  await router.ip("address", "add", `192.168.${10 + index}.1/24`, "dev", "lan");
  await router.ip("link", "set", "lan", "up");
  await inside.ip("address", "add", `192.168.${10 + index}.2/24`, "dev", "eth0");
  await inside.ip("link", "set", "eth0", "up");
  await inside.ip("route", "add", "default", "via", `192.168.${10 + index}.1`);
  await router.forward();
  await router.filter(routerRules("cone"));
  const chromium = join(folder, `chromium-${name}`);
  await writeFile(chromium, `#!/bin/sh\nexec ${inside.prefix.join(" ")} ${CHROMIUM} "$@"\n`);
  await chmod(chromium, 0o755);
  return { router, inside, chromium };
}

/** Why there can be no such world here; null when there can. */
export function whyNoWorld(): string | null {
  if (process.getuid?.() !== 0) return "network namespaces need root";
  for (const program of ["ip", "nft", "ss", "openssl", "sysctl", "turnserver"]) {
    try {
      execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    } catch {
      return `${program} is not installed`;
    }
  }
  try {
    execFileSync("unshare", ["--net", "true"], { stdio: "ignore" });
  } catch {
    return "this machine allows no network namespaces";
  }
  return null;
}
