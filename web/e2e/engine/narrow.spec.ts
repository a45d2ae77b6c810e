// A link that gets narrow and wide again: the bitrate follows, and the bars say so on both sides.

import { figure } from "../harness/figures.js";
import { expect, test } from "../harness/fixtures.js";
import { deviceIn, makePlaces } from "../harness/places.js";
import { sentKbps } from "../harness/probing.js";
import { connect } from "../harness/talking.js";

/** The link before and after, and in between, in kbit/s. */
const WIDE = 2_000;
const NARROW = 300;
/** The founding range of video. */
const VIDEO = { least: 500, most: 2_000 };

test("bitrate and grade follow a link of 2 Mbit/s that falls to 300 kbit/s and comes back", {
  tag: ["@slow", "@privileged"],
}, async ({ stage }) => {
  test.setTimeout(240_000);
  const places = await makePlaces(stage);
  const { link, pages } = places;
  const server = await stage.server({ host: link.host, allowedOrigins: [pages.url] });
  const couple = await stage.couple(server);
  const { ann, bob } = couple;
  const [annDevice, bobDevice] = await Promise.all([
    deviceIn(stage, places, "a", { person: ann, server }),
    deviceIn(stage, places, "b", { person: bob, server }),
  ]);

  await link.limit(WIDE);
  await connect({ ...couple, server, annDevice, bobDevice });
  const sent = async (): Promise<number> => {
    const kbps = await sentKbps(annDevice.page, "video", 3_000);
    const state = await annDevice.state();
    const there = await bobDevice.sees(ann);
    figure(
      "sends",
      `${Math.round(kbps)} kbit/s; own bars ${state.quality?.grade}, at Bob's ${there.quality?.grade}`,
    );
    return kbps;
  };
  const grades = async (): Promise<unknown[]> => [
    (await annDevice.state()).quality?.grade,
    (await bobDevice.sees(ann)).quality?.grade,
  ];
  await expect.poll(sent, { timeout: 60_000, intervals: [50] }).toBeGreaterThan(VIDEO.least);
  expect(await sent()).toBeLessThanOrEqual(VIDEO.most * 1.05);
  await expect.poll(grades, { timeout: 30_000 }).toEqual(["good", "good"]);

  await link.limit(NARROW);
  await expect.poll(sent, { timeout: 40_000, intervals: [50] }).toBeLessThan(NARROW);
  await expect.poll(async () => (await grades()).includes("good"), { timeout: 30_000 }).toBe(false);
  await bobDevice.expectToHear(ann);
  expect(await sent(), "video is made smaller, not given up").toBeGreaterThan(0);
  expect((await annDevice.state()).notices.map((one) => one.kind)).toContain("weak-network");

  await link.limit(WIDE);
  await expect.poll(sent, { timeout: 60_000, intervals: [50] }).toBeGreaterThan(VIDEO.least);
  await expect.poll(grades, { timeout: 40_000 }).toEqual(["good", "good"]);
  await bobDevice.expectToSee(ann);
});
