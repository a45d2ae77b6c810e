// Who hides their address takes part in a call through the server: their relay and the server's media are one program.

import { EngineDevice } from "../harness/engine.js";
import { expect, test } from "../harness/fixtures.js";
import { expectAllPairs, expectTopology, twoTalk, WITH_SFU } from "../harness/gathering.js";
import { routesOf } from "../harness/nat/route.js";
import { type Person, register } from "../harness/people.js";

test("who hides their address sees and hears everybody in a group, and nobody else is relayed", async ({
  stage,
}) => {
  test.setTimeout(90_000);
  const server = await stage.server({ settings: WITH_SFU });
  const [ann, bob, cem] = await Promise.all([
    register(server, "Ann"),
    register(server, "Bob"),
    register(server, "Cem"),
  ]);
  const open = async (person: Person, relayOnly: boolean): Promise<EngineDevice> => {
    const device = new EngineDevice(await stage.page(person.name), person);
    await device.open({ pages: stage.pages.url, server: server.url, relayOnly });
    return device;
  };
  const hidden = await open(ann, true);
  const others = [await open(bob, false), await open(cem, false)] as const;
  const devices = [hidden, ...others];

  await twoTalk({ devices, conversationId: await ann.group(bob, cem), server });
  await others[1].pickUp({ audio: true, video: true });
  await expectTopology(devices, "sfu");
  await expectAllPairs(devices);
  await Promise.all([hidden.expectToHear(bob), others[0].expectToHear(ann), others[1].expectToHear(ann)]);

  // By UDP or by TCP to the relay, as the browser likes it on loopback.
  const relayed = [expect.stringMatching(/^relay (udp|tcp|tcp and udp)$/)];
  await expect.poll(() => routesOf([hidden]), { message: "Ann's way" }).toEqual(relayed);
  await expect.poll(() => routesOf(others), { message: "the others' way" }).toEqual(["direct udp"]);
});
