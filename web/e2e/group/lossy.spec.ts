// One of a group loses every tenth datagram that comes: the sound stays whole, the picture moves, nobody else notices.

import type { EngineDevice } from "../harness/engine.js";
import { figure } from "../harness/figures.js";
import { expect, test } from "../harness/fixtures.js";
import { expectTopology, WITH_SFU } from "../harness/gathering.js";
import { whyNoWall } from "../harness/narrowLink.js";
import { register } from "../harness/people.js";
import { deviceIn, makePlaces } from "../harness/places.js";
import { inbound, measuredFor } from "../harness/probing.js";
import type { Flow } from "../probes/connections.js";

/** With `AETHEX_TEST_LONG` as long and as often as it is promised for; a glance otherwise. */
const LONG = process.env.AETHEX_TEST_LONG !== undefined;
const RUNS = LONG ? 5 : 1;
const WINDOW_MS = LONG ? 60_000 : 15_000;
const LOST_PERCENT = 10;
/** Percent of the sound that may be made up, and pictures in a second that are seen; the camera takes 30. */
const CONCEALED = 2;
const FPS = 25;
/** A glance at a busy machine is allowed so much of the one more, and of the other less. */
const MARGIN = LONG ? 1 : 1.25;
/** The same of a link without loss: it is told apart from one with it. */
const WHOLE_FPS = 27 / MARGIN;
const WHOLE_CONCEALED = LONG ? 0.5 : 1;

/** What one device heard and saw of the one who sends. */
interface Came {
  /** Percent of the sound that was made up where there was sound. */
  readonly concealed: number;
  /** Pictures decoded in a second. */
  readonly fps: number;
  /** Percent of the packets of sound that did not come. */
  readonly lost: number;
  readonly [more: string]: number | string;
}

/** The flow of this kind that carried most between two looks; `undefined` before the first. */
function busiest(kind: string, before: readonly Flow[], after: readonly Flow[]): [Flow, Flow] | undefined {
  const pairs = after.flatMap((flow): [Flow, Flow][] => {
    const same = before.find((one) => one.kind === kind && one.trackId === flow.trackId);
    return flow.kind === kind && same !== undefined ? [[same, flow]] : [];
  });
  const gained = ([one, other]: [Flow, Flow]): number => other.packets - one.packets;
  return pairs.sort((one, other) => gained(other) - gained(one))[0];
}

/** Looks for so long at what arrives; `undefined` when sound or picture had not begun. */
async function glance(device: EngineDevice, ms: number): Promise<Came | undefined> {
  const before = await inbound(device.page);
  const took = await measuredFor(device.page, ms);
  const after = await inbound(device.page);
  const [sounds, pictures] = [busiest("audio", before, after), busiest("video", before, after)];
  if (sounds === undefined || pictures === undefined) return undefined;
  const [[soundBefore, sound], [pictureBefore, picture]] = [sounds, pictures];
  const heard = (of: "concealed" | "silent" | "samples" | "lost" | "packets" | "bytes"): number =>
    sound[of] - soundBefore[of];
  const seen = (of: "frames" | "bytes" | "sentAgain" | "keyframesAsked" | "frozen" | "lost"): number =>
    picture[of] - pictureBefore[of];
  return {
    concealed: rounded((100 * (heard("concealed") - heard("silent"))) / heard("samples")),
    fps: rounded((seen("frames") * 1_000) / took),
    lost: rounded((100 * heard("lost")) / (heard("packets") + heard("lost"))),
    codec: sound.codec,
    bytesOfSound: rounded(heard("bytes") / heard("packets")),
    height: picture.height,
    kbps: rounded((seen("bytes") * 8) / took),
    missing: seen("lost"),
    sentAgain: seen("sentAgain"),
    keyframesAsked: seen("keyframesAsked"),
    frozen: rounded(seen("frozen")),
  };
}

/** The same of what has begun. */
async function over(device: EngineDevice, ms: number): Promise<Came> {
  const came = await glance(device, ms);
  if (came === undefined) throw new Error("no sound or no picture arrives");
  return came;
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test("who loses a tenth of what comes hears and sees on, and the others notice nothing", {
  tag: ["@slow", "@privileged"],
}, async ({ stage }) => {
  test.setTimeout(90_000 + RUNS * (WINDOW_MS + 20_000));
  const reason = await whyNoWall();
  if (reason !== null) process.stdout.write(`     skipped: ${reason}\n`);
  test.skip(reason !== null, reason ?? "");
  const places = await makePlaces(stage);
  const { link, pages } = places;
  const settings = { ...WITH_SFU, SFU_LISTEN: `${link.host}:0` };
  const server = await stage.server({ host: link.host, allowedOrigins: [pages.url], settings });
  const people = await Promise.all(["Ann", "Bob", "Cem"].map((name) => register(server, name)));
  const [ann, bob, cem] = people;
  if (ann === undefined || bob === undefined || cem === undefined) throw new Error("three people");
  const conversationId = await cem.group(ann, bob);
  const lossy = await deviceIn(stage, places, "a", { person: ann, server });
  const whole = await deviceIn(stage, places, "b", { person: bob, server });
  const sender = await stage.device(cem, server);
  await sender.page.run(() => window.aethexProbes?.hearing.sing(), undefined);
  await sender.start({ conversationId, type: "video", audio: true, video: true });
  const watching = [lossy, whole];
  for (const device of watching) {
    await device.pickUp({ audio: false, video: false });
    await device.expectPhase("active");
  }
  await expectTopology([sender, ...watching], "sfu");
  for (const device of watching) {
    const tile = { userId: cem.id, source: "camera", width: 1_280, height: 720 } as const;
    await device.dispatch({ type: "show", tiles: [tile] });
  }
  const isWhole = async (): Promise<boolean> => {
    const came = await Promise.all(watching.map((device) => glance(device, 2_000)));
    return came.every((one) => one !== undefined && one.fps > WHOLE_FPS && one.concealed < WHOLE_CONCEALED);
  };
  const runs: Came[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await expect.poll(isWhole, { timeout: 40_000, intervals: [50], message: "it begins whole" }).toBe(true);
    await link.lose(LOST_PERCENT);
    const [came, other] = await Promise.all([over(lossy, WINDOW_MS), over(whole, WINDOW_MS)]);
    await link.lose(0);
    figure("loses a tenth", JSON.stringify(came));
    figure("the other", JSON.stringify(other));
    expect(came.lost, "packets of sound that were lost").toBeGreaterThan(LOST_PERCENT / 2);
    expect(other.fps, "what the other sees").toBeGreaterThan(WHOLE_FPS);
    expect(other.concealed, "what the other does not hear").toBeLessThan(WHOLE_CONCEALED);
    runs.push(came);
  }
  const concealed = median(runs.map((run) => run.concealed));
  const fps = median(runs.map((run) => run.fps));
  expect(concealed, "percent of the sound made up").toBeLessThanOrEqual(CONCEALED * MARGIN);
  expect(fps, "pictures in a second").toBeGreaterThanOrEqual(FPS / MARGIN);
});
