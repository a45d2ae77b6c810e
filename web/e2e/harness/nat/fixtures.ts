// What the specs of homes behind routers begin with: one world and its servers, kept for all of them.

import { EngineDevice } from "../engine.js";
import { test as base } from "../fixtures.js";
import { type Person, register } from "../people.js";
import { Server, type ServerOptions } from "../server.js";
import type { Couple, Stage } from "../stage.js";
import { Coturn } from "./coturn.js";
import { offer, type Way } from "./relays.js";
import { type HomeName, SERVER_ADDRESS, World, whyNoWorld } from "./world.js";

export { expect } from "../fixtures.js";

/** Whose relay a call may use. */
export type RelayOwner = "our own relay" | "a coturn beside it";

/** How a device in a home differs. */
export interface HomeOptions {
  /** The relays it hears of. All when left out. */
  readonly ways?: readonly Way[];
  readonly relayOnly?: boolean;
}

/** The world with the servers in it. */
export class Servers {
  readonly world: World;
  readonly #started = new Map<RelayOwner, Promise<Server>>();
  readonly #stops: (() => Promise<void>)[] = [];

  constructor(world: World) {
    this.world = world;
  }

  /** The server whose calls use that relay; one for all tests. */
  get(owner: RelayOwner): Promise<Server> {
    const known = this.#started.get(owner) ?? this.start(owner);
    this.#started.set(owner, known);
    return known;
  }

  /** One of its own for a test, with other settings. */
  async start(owner: RelayOwner, settings: ServerOptions["settings"] = {}): Promise<Server> {
    const { world } = this;
    let relay: ServerOptions["settings"];
    if (owner === "a coturn beside it") {
      const coturn = await Coturn.start(world);
      this.#stops.push(() => coturn.stop());
      relay = coturn.settings;
    } else {
      relay = { TURN_TLS_CERT: world.certificate.certificate, TURN_TLS_KEY: world.certificate.key };
    }
    const server = await Server.start({
      host: SERVER_ADDRESS,
      within: world.net.prefix,
      reachedAt: world.management,
      allowedOrigins: [world.pages.url],
      settings: { ...relay, ...settings },
    });
    this.#stops.push(() => server.stop());
    return server;
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
    await this.world.close();
  }
}

/** A person's device in one of the homes, connected. */
export async function deviceAt(
  stage: Stage,
  servers: Servers,
  where: { readonly home: HomeName; readonly person: Person; readonly server: Server },
  options: HomeOptions = {},
): Promise<EngineDevice> {
  const { world } = servers;
  const page = await stage.page(where.person.name, {
    executablePath: world.chromiumIn(where.home),
    loopback: false,
    flags: [`--unsafely-treat-insecure-origin-as-secure=${world.pages.url}`, "--ignore-certificate-errors"],
  });
  await offer(page, options.ways ?? ["udp", "tcp", "tls"]);
  const device = new EngineDevice(page, where.person);
  const { relayOnly = false } = options;
  await device.open({ pages: world.pages.url, server: where.server.publicUrl, relayOnly });
  return device;
}

/** Two people in two homes. */
export interface Neighbours extends Couple {
  readonly server: Server;
  readonly annDevice: EngineDevice;
  readonly bobDevice: EngineDevice;
}

/** Ann in one home and Bob in the other, both connected. */
export async function neighbours(
  stage: Stage,
  servers: Servers,
  server: Server,
  options: HomeOptions = {},
): Promise<Neighbours> {
  const [ann, bob] = await Promise.all([register(server, "Ann"), register(server, "Bob")]);
  const [conversationId, annDevice, bobDevice] = await Promise.all([
    ann.direct(bob),
    deviceAt(stage, servers, { home: "a", person: ann, server }, options),
    deviceAt(stage, servers, { home: "b", person: bob, server }, options),
  ]);
  return { ann, bob, conversationId, server, annDevice, bobDevice };
}

/** Playwright's `test` with the world. Without root a test is skipped and says why. */
export const test = base.extend<{ servers: Servers }, { kept: Servers | string }>({
  kept: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures it needs from here.
    async ({}, use) => {
      const reason = whyNoWorld();
      if (reason !== null) {
        process.stdout.write(`     skipped: ${reason}\n`);
        await use(reason);
        return;
      }
      const servers = new Servers(await World.make());
      await use(servers);
      await servers.close();
    },
    { scope: "worker" },
  ],
  servers: async ({ kept }, use, info) => {
    if (typeof kept === "string") {
      info.skip(true, kept);
      return;
    }
    await use(kept);
  },
});
