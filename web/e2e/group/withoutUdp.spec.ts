// Where UDP does not pass, the server's media is reached over TCP.

import { expect, test } from "../harness/fixtures.js";
import { expectAllPairs, expectTopology, WITH_SFU } from "../harness/gathering.js";

/** Chromium as an administrator sets it up where UDP is forbidden. */
const NO_UDP = {
  flags: [
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
  ],
};

test("two people without UDP see and hear each other through the server, over TCP", async ({ stage }) => {
  test.setTimeout(120_000);
  const server = await stage.server({ settings: { ...WITH_SFU, SFU: "only", TURN_EMBEDDED: "off" } });
  const { ann, bob, conversationId } = await stage.couple(server);
  const annDevice = await stage.device(ann, server, NO_UDP);
  const bobDevice = await stage.device(bob, server, NO_UDP);
  const devices = [annDevice, bobDevice];
  await annDevice.start({ conversationId, type: "video", audio: true, video: true });
  await bobDevice.pickUp({ audio: true, video: true });
  await expectTopology(devices, "sfu");
  await expectAllPairs(devices);
  await annDevice.expectToHear(bob);
  for (const [device, other] of [
    [annDevice, bob],
    [bobDevice, ann],
  ] as const) {
    await expect
      .poll(() => device.sees(other).then((one) => one.link?.stats), { timeout: 15_000, message: "the path" })
      .toMatchObject({ path: { kind: "direct", protocol: "tcp" } });
  }
});
