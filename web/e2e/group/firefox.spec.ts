// Firefox in a call through the server.

import { test } from "../harness/fixtures.js";
import { expectAllPairs, expectTopology, WITH_SFU } from "../harness/gathering.js";
import { register } from "../harness/people.js";
import { AUDIBLE_FROM_FIREFOX } from "../harness/probing.js";

test("somebody with Firefox sends and receives sound and pictures both ways", async ({ stage }) => {
  test.setTimeout(150_000);
  const server = await stage.server({ settings: WITH_SFU });
  const [ann, bob, cem] = await Promise.all(["Ann", "Bob", "Cem"].map((name) => register(server, name)));
  if (ann === undefined || bob === undefined || cem === undefined) throw new Error("three people");
  const conversationId = await ann.group(bob, cem);
  const annDevice = await stage.device(ann, server);
  const bobDevice = await stage.firefoxDevice(bob, server);
  const cemDevice = await stage.device(cem, server);
  const devices = [annDevice, bobDevice, cemDevice];
  await annDevice.start({ conversationId, type: "video", audio: true, video: true });
  await bobDevice.pickUp({ audio: true, video: true });
  await annDevice.expectPhase("active");
  await cemDevice.pickUp({ audio: true, video: true });
  await expectTopology(devices, "sfu");
  await expectAllPairs(devices);
  await bobDevice.expectToHear(ann);
  await cemDevice.expectToHear(bob, AUDIBLE_FROM_FIREFOX);
});
