// Tabs in two places of a network that a test can make narrow.

import { EngineDevice } from "./engine.js";
import { test } from "./fixtures.js";
import { NarrowLink, whyNoNamespaces } from "./narrowLink.js";
import { type PageServer, servePages } from "./pageServer.js";
import type { Person } from "./people.js";
import type { Server } from "./server.js";
import type { Stage } from "./stage.js";

/** Two places, and the test pages that both can open. */
export interface Places {
  readonly link: NarrowLink;
  readonly pages: PageServer;
}

/** Makes them; skips the test, and says so, where there can be none. */
export async function makePlaces(stage: Stage): Promise<Places> {
  const reason = await whyNoNamespaces();
  if (reason !== null) process.stdout.write(`     skipped: ${reason}\n`);
  test.skip(reason !== null, reason ?? "");
  const link = await NarrowLink.make();
  stage.afterwards(() => link.close());
  const pages = await servePages(link.host);
  stage.afterwards(() => pages.close());
  return { link, pages };
}

/** Opens somebody's tab in one of them. */
export async function deviceIn(
  stage: Stage,
  { link, pages }: Places,
  place: "a" | "b",
  { person, server }: { readonly person: Person; readonly server: Server },
): Promise<EngineDevice> {
  const page = await stage.page(person.name, {
    executablePath: link.chromiumIn(place),
    flags: [`--unsafely-treat-insecure-origin-as-secure=${pages.url}`],
  });
  const device = new EngineDevice(page, person);
  await device.open({ pages: pages.url, server: server.url });
  return device;
}
