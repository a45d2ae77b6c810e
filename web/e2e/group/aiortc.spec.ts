// Three WebRTC libraries in one call through the server: Chromium's, Firefox's, and aiortc.

import { AiortcParticipant } from "../harness/aiortc.js";
import { figure } from "../harness/figures.js";
import { test } from "../harness/fixtures.js";
import { expectAllPairs, expectTopology, WITH_SFU } from "../harness/gathering.js";
import { register } from "../harness/people.js";
import { AUDIBLE_FROM_FIREFOX } from "../harness/probing.js";
import type { Stage } from "../harness/stage.js";

/** Media leaves by the library with bandwidth estimation, and by the server's own code without. */
const WAYS = [
  { named: "", settings: WITH_SFU },
  {
    named: ", without bandwidth estimation too",
    settings: { ...WITH_SFU, SFU_BANDWIDTH_ESTIMATION: "false" },
  },
];

async function talk(stage: Stage, settings: Readonly<Record<string, string | number>>): Promise<void> {
  const server = await stage.server({ settings });
  const [ann, bob, cem] = await Promise.all(["Ann", "Bob", "Cem"].map((name) => register(server, name)));
  if (ann === undefined || bob === undefined || cem === undefined) throw new Error("three people");
  const conversationId = await ann.group(bob, cem);
  const inChromium = await stage.device(ann, server);
  const inFirefox = await stage.firefoxDevice(bob, server);
  const withAiortc = await AiortcParticipant.enter(cem, server);
  stage.afterwards(() => withAiortc.close());

  await inChromium.start({ conversationId, type: "video", audio: true, video: true });
  await inFirefox.pickUp({ audio: true, video: true });
  await inChromium.expectPhase("active");
  await withAiortc.join();
  await expectTopology([inChromium, inFirefox], "sfu");
  await withAiortc.show(ann, bob);

  const browsers = [inChromium, inFirefox];
  await Promise.all([
    expectAllPairs(browsers),
    ...browsers.map((device) => device.expectToSee(cem, 30_000)),
    ...browsers.map((device) => device.expectToHear(cem)),
    inFirefox.expectToHear(ann),
    inChromium.expectToHear(bob, AUDIBLE_FROM_FIREFOX),
  ]);
  for (const [person, above] of [[ann], [bob, AUDIBLE_FROM_FIREFOX]] as const) {
    await withAiortc.expectToSee(person);
    await withAiortc.expectToHear(person, above);
    const { frames = 0, energy = 0 } = (await withAiortc.decoded(person)) ?? {};
    figure(`aiortc decoded of ${person.name}`, `${frames} pictures, sound of energy ${energy.toFixed(3)}`);
  }
}

for (const { named, settings } of WAYS) {
  test(`Chromium, Firefox and aiortc all see and hear each other${named}`, async ({ stage }) => {
    test.setTimeout(90_000);
    await talk(stage, settings);
  });
}
