// Two homes behind routers: a call connects over whatever they let through, and directly where that is possible.

import { expect, neighbours, type RelayOwner, test } from "../harness/nat/fixtures.js";
import type { Way } from "../harness/nat/relays.js";
import { routesOf } from "../harness/nat/route.js";
import type { Nat } from "../harness/nat/router.js";
import { connect } from "../harness/talking.js";

/** One cell: behind these routers, of Ann and of Bob, with these relays offered, the call travels so. */
type Cell = readonly [routers: Nat | readonly [Nat, Nat], ways: readonly Way[], route: string];

const CELLS: readonly Cell[] = [
  ["cone", ["udp"], "direct udp"],
  ["cone", ["tcp"], "direct udp"],
  ["cone", ["tls"], "direct udp"],
  ["symmetric", ["udp"], "relay udp"],
  ["symmetric", ["tcp"], "relay tcp"],
  ["symmetric", ["tls"], "relay tls"],
  ["udp-blocked", ["tcp"], "relay tcp"],
  ["udp-blocked", ["tls"], "relay tls"],
  ["udp-blocked", ["udp", "tcp"], "relay tcp"],
  ["tls-only", ["udp", "tcp", "tls"], "relay tls"],
];

const MIXED: readonly Cell[] = [
  [["cone", "symmetric"], ["udp"], "relay udp"],
  [["cone", "udp-blocked"], ["udp", "tcp"], "relay tcp"],
];

const RELAYED: readonly Cell[] = [
  ["cone", ["udp"], "relay udp"],
  ["cone", ["tcp"], "relay tcp"],
  ["cone", ["tls"], "relay tls"],
  ["symmetric", ["udp"], "relay udp"],
  ["symmetric", ["tcp"], "relay tcp"],
  ["symmetric", ["tls"], "relay tls"],
  ["udp-blocked", ["tcp"], "relay tcp"],
  ["udp-blocked", ["tls"], "relay tls"],
];

function calls(owner: RelayOwner, [routers, ways, route]: Cell, relayOnly: boolean): void {
  const [annRouter, bobRouter] = typeof routers === "string" ? [routers, routers] : routers;
  const behind = annRouter === bobRouter ? annRouter : `${annRouter} and ${bobRouter}`;
  const call = relayOnly ? "a call with addresses hidden" : "a call";
  test(`${owner}, offered over ${ways.join(", ")}: behind ${behind} ${call} travels ${route}`, async ({
    stage,
    servers,
  }) => {
    await Promise.all([servers.world.translate(annRouter, "a"), servers.world.translate(bobRouter, "b")]);
    const two = await neighbours(stage, servers, await servers.get(owner), { ways, relayOnly });
    const { ann, bob, annDevice, bobDevice } = two;
    await connect(two);
    await Promise.all([annDevice.expectToSee(bob), bobDevice.expectToSee(ann)]);
    await expect
      .poll(() => routesOf([annDevice, bobDevice]), { message: "the route", intervals: [100] })
      .toEqual([route]);
  });
}

for (const cell of [...CELLS, ...MIXED]) calls("our own relay", cell, false);
for (const cell of RELAYED) calls("our own relay", cell, true);
for (const cell of CELLS) calls("a coturn beside it", cell, false);
for (const cell of RELAYED.slice(0, 3)) calls("a coturn beside it", cell, true);
