// A link that gets narrow and wide again: the bitrate follows, and the bars say so on both sides.

import { EngineDevice } from "../harness/engine.js";
import { figure } from "../harness/figures.js";
import { expect, test } from "../harness/fixtures.js";
import { NarrowLink, whyNoNamespaces } from "../harness/narrowLink.js";
import { servePages } from "../harness/pageServer.js";
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
  const reason = await whyNoNamespaces();
  if (reason !== null) process.stdout.write(`     skipped: ${reason}\n`);
  test.skip(reason !== null, reason ?? "");

  const link = await NarrowLink.make();
  stage.afterwards(() => link.close());
  const pages = await servePages(link.host);
  stage.afterwards(() => pages.close());
  const server = await stage.server({ host: link.host, allowedOrigins: [pages.url] });
  const couple = await stage.couple(server);
  const { ann, bob } = couple;
  const [annDevice, bobDevice] = await Promise.all(
    (
      [
        ["a", ann],
        ["b", bob],
      ] as const
    ).map(async ([place, person]) => {
      const page = await stage.page(person.name, {
        executablePath: link.chromiumIn(place),
        flags: [`--unsafely-treat-insecure-origin-as-secure=${pages.url}`],
      });
      const device = new EngineDevice(page, person);
      await device.open({ pages: pages.url, server: server.url });
      return device;
    }),
  );
  if (annDevice === undefined || bobDevice === undefined) throw new Error("two devices");

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
