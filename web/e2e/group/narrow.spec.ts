// One of a group has a link that gets narrow and wide again: the sound stays, the picture comes back, nobody else notices.

import { Crowd } from "../harness/crowd.js";
import type { EngineDevice } from "../harness/engine.js";
import { figure } from "../harness/figures.js";
import { expect, test } from "../harness/fixtures.js";
import { WITH_SFU } from "../harness/gathering.js";
import { register } from "../harness/people.js";
import { deviceIn, makePlaces } from "../harness/places.js";
import { inbound, measuredFor } from "../harness/probing.js";

/** The link before and after, and in between, in kbit/s. */
const WIDE = 2_000;
const NARROW = 300;
/** How long it is narrow, and how long what comes is measured, in milliseconds. */
const NARROW_MS = 20_000;
const LOOK_MS = 3_000;
/** Share of the sound that is there while the link is narrow, as of the moment when it became so. */
const SOUND = 0.95;
/** Share of what came before, of what comes again. */
const BACK = 0.8;
const BACK_WITHIN_MS = 10_000;

/** What arrived since the beginning. */
interface Arrived {
  /** Bytes of pictures. */
  readonly pictures: number;
  /** Samples of sound that were played, and those that had to be made up. */
  readonly samples: number;
  readonly concealed: number;
}

async function arrived(device: EngineDevice): Promise<Arrived> {
  const flows = await inbound(device.page);
  const sum = (of: (flow: (typeof flows)[number]) => number): number =>
    flows.reduce((total, flow) => total + of(flow), 0);
  return {
    pictures: sum((flow) => (flow.kind === "video" ? flow.bytes : 0)),
    samples: sum((flow) => flow.samples),
    concealed: sum((flow) => flow.concealed),
  };
}

/** What arrives in a while: kbit/s of pictures, and the share of the sound that is real. */
async function over(device: EngineDevice, ms: number): Promise<{ kbps: number; sound: number }> {
  const before = await arrived(device);
  const took = await measuredFor(device.page, ms);
  const after = await arrived(device);
  const samples = after.samples - before.samples;
  return {
    kbps: ((after.pictures - before.pictures) * 8) / took,
    sound: samples === 0 ? 0 : 1 - (after.concealed - before.concealed) / samples,
  };
}

test("a link of 2 Mbit/s falls to 300 kbit/s and comes back: its owner goes on hearing, and the others notice nothing", {
  tag: ["@slow", "@privileged"],
}, async ({ stage }) => {
  test.setTimeout(180_000);
  const places = await makePlaces(stage);
  const { link, pages } = places;
  const settings = { ...WITH_SFU, SFU_LISTEN: `${link.host}:0` };
  const server = await stage.server({ host: link.host, allowedOrigins: [pages.url], settings });
  const [ann, bob] = await Promise.all([register(server, "Ann"), register(server, "Bob")]);
  const crowd = await Crowd.gather({ server, publishers: 1, listeners: 2, guests: [ann, bob], large: true });
  stage.afterwards(() => crowd.close());
  const join = async (place: "a" | "b", person: typeof ann): Promise<EngineDevice> => {
    const device = await deviceIn(stage, places, place, { person, server });
    await device.answer(crowd.callId, { audio: true, video: false });
    await device.expectPhase("active");
    return device;
  };
  await link.limit(WIDE);
  const narrow = await join("a", ann);
  const other = await join("b", bob);
  const publisher = async (device: EngineDevice): Promise<string> => {
    const { participants } = await device.state();
    const found = participants.find((one) => one.status === "joined" && one.mediaState.videoEnabled);
    return found?.userId ?? "";
  };
  for (const device of [narrow, other]) {
    await expect.poll(() => publisher(device)).not.toBe("");
    const userId = await publisher(device);
    await device.dispatch({
      type: "show",
      tiles: [{ userId, source: "camera", width: 1_280, height: 720 }],
    });
  }
  const comes = (device: EngineDevice) => (): Promise<number> =>
    over(device, LOOK_MS).then((one) => one.kbps);
  for (const device of [narrow, other]) {
    await expect.poll(comes(device), { timeout: 30_000, intervals: [50] }).toBeGreaterThan(900);
  }
  const [wide, others] = await Promise.all([over(narrow, 5_000), over(other, 5_000)]);
  figure("wide", JSON.stringify({ wide, others }));

  await link.limit(NARROW);
  const [squeezed, unaware] = await Promise.all([over(narrow, NARROW_MS), over(other, NARROW_MS)]);
  figure("narrow", JSON.stringify({ squeezed, unaware }));
  expect(squeezed.sound, "sound while the link is narrow").toBeGreaterThanOrEqual(SOUND);
  expect(squeezed.kbps).toBeLessThan(NARROW);
  expect(unaware.kbps, "what the other sees").toBeGreaterThan(others.kbps * 0.9);
  expect(unaware.sound).toBeGreaterThanOrEqual(SOUND);

  await link.limit(WIDE);
  const since = Date.now();
  await expect
    .poll(comes(narrow), {
      timeout: BACK_WITHIN_MS + LOOK_MS,
      intervals: [50],
      message: "the picture is back",
    })
    .toBeGreaterThanOrEqual(wide.kbps * BACK);
  figure("back after", `${Date.now() - since - LOOK_MS} ms`);
});
