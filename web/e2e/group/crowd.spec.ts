// A call as large as calls get: five people in browsers and fifteen who exist in numbers only.

import { App } from "../app/pages.js";
import { Crowd } from "../harness/crowd.js";
import type { EngineDevice } from "../harness/engine.js";
import { figure } from "../harness/figures.js";
import { expect, test } from "../harness/fixtures.js";
import { expectAllPairs, expectTopology, WITH_SFU } from "../harness/gathering.js";
import { type Person, register } from "../harness/people.js";
import { arriving, expectSound } from "../harness/probing.js";

/** The crowd: who send, and who only listen. */
const [PUBLISHERS, LISTENERS] = [5, 10];
/** The participants of a call by default. */
const FULL = 20;
/** So many sounds are forwarded to everybody. */
const SOUNDS = 3;
/** Packets of one sound in a second: frames of 20 ms, as of browsers and of the crowd. */
const SOUND_PACKETS = 50;
/** A camera of few pictures: five browsers encode and decode on one machine. */
const SLOW_CAMERA = { flags: ["--use-fake-device-for-media-stream=fps=10"] };
/** Shows exactly these people, in small tiles. */
const show = (device: EngineDevice, userIds: readonly string[]): Promise<void> =>
  device.dispatch({
    type: "show",
    tiles: userIds.map((userId) => ({ userId, source: "camera", width: 320, height: 180 }) as const),
  });

/** The track of somebody's camera here; waits until there is one. */
async function trackOf(device: EngineDevice, userId: string): Promise<string> {
  let id = "";
  const camera = async (): Promise<string> => {
    const found = (await device.state()).participants.find((one) => one.userId === userId);
    id = found?.cameraTrack?.id ?? "";
    return id;
  };
  await expect.poll(camera, { timeout: 20_000, message: `a track of ${userId}` }).not.toBe("");
  return id;
}

/** How many are in the call, as the server says. */
async function joined(person: Person, callId: string): Promise<number> {
  const { participants } = await person.call(callId);
  return participants.filter((one) => one.status === "joined").length;
}

test("twenty people are in a call: all hear the loudest and see what they show, and the next one waits for a place", async ({
  stage,
}) => {
  test.setTimeout(180_000);
  const server = await stage.server({ settings: WITH_SFU });
  const names = ["Ann", "Bob", "Cem", "Dora", "Eve", "Finn"];
  const people = await Promise.all(names.map((name) => register(server, name)));
  const finn = people.at(-1);
  if (finn === undefined) throw new Error("six people");
  const crowd = await Crowd.gather({ server, publishers: PUBLISHERS, listeners: LISTENERS, guests: people });
  stage.afterwards(() => crowd.close());

  const devices: EngineDevice[] = [];
  for (const person of people.slice(0, -1)) {
    const device = await stage.device(person, server, SLOW_CAMERA);
    devices.push(device);
    await device.answer(crowd.callId, { audio: true, video: true });
    await device.expectPhase("active");
    await device.dispatch({ type: "set-quality", quality: "240p" });
  }
  const [ann, bob] = devices;
  if (ann === undefined || bob === undefined) throw new Error("five devices");
  await expectTopology(devices, "sfu");
  expect(await joined(ann.person, crowd.callId)).toBe(FULL);

  // Everybody shows the other browsers and two of the crowd; nobody shows the other three who send.
  const browsers = new Set(devices.map((one) => one.person.id));
  const senders = (await ann.state()).participants
    .filter((one) => one.status === "joined" && one.mediaState.videoEnabled && !browsers.has(one.userId))
    .map((one) => one.userId);
  expect(senders).toHaveLength(PUBLISHERS);
  const seen = senders.slice(0, 2);
  const shown = (device: EngineDevice): string[] => [
    ...[...browsers].filter((id) => id !== device.person.id),
    ...seen,
  ];
  for (const device of devices) await show(device, shown(device));
  await expectAllPairs(devices);
  const receive = async (device: EngineDevice): Promise<void> => {
    const tracks = await Promise.all(seen.map((userId) => trackOf(device, userId)));
    const bytes = async (): Promise<boolean[]> => {
      const { pictures } = await arriving(device.page);
      return tracks.map((track) => (pictures.get(track) ?? 0) > 0);
    };
    await expect
      .poll(bytes, {
        timeout: 20_000,
        intervals: [50],
        message: `the crowd arrives at ${device.person.name}'s`,
      })
      .toEqual(seen.map(() => true));
  };
  await Promise.all(devices.map(receive));

  // Sound: the beeps of the browsers, and whoever of the crowd has their turn.
  const hear = async (device: EngineDevice): Promise<void> => {
    await expectSound(device.page);
    const loudest = async (): Promise<boolean> => {
      const { speakers } = await device.state();
      return speakers.some((userId) => senders.includes(userId));
    };
    await expect.poll(loudest, { timeout: 15_000, message: "one of the crowd speaks" }).toBe(true);
  };
  await Promise.all(devices.map(hear));
  const sounds = await Promise.all(devices.map((device) => arriving(device.page).then((one) => one.sounds)));
  for (const count of sounds) {
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(SOUNDS);
  }

  // Ann looks away from Bob and one of the crowd: nothing of them comes any more, and the others do.
  const [hiddenSender, keptSender] = seen;
  if (hiddenSender === undefined || keptSender === undefined) throw new Error("two of the crowd");
  const hidden = [await trackOf(ann, bob.person.id), await trackOf(ann, hiddenSender)];
  const kept = await trackOf(ann, keptSender);
  await show(
    ann,
    shown(ann).filter((id) => id !== bob.person.id && id !== hiddenSender),
  );
  await expect
    .poll(
      async () => {
        const { pictures } = await arriving(ann.page);
        return { hidden: hidden.map((id) => pictures.get(id) ?? 0), kept: (pictures.get(kept) ?? 0) > 0 };
      },
      { timeout: 20_000, intervals: [50], message: "what comes of tiles that are hidden, and shown" },
    )
    .toEqual({ hidden: [0, 0], kept: true });
  const flowing = [...(await arriving(ann.page)).pictures.values()].filter((bytes) => bytes > 0);
  expect(flowing.length, "pictures that come").toBeLessThanOrEqual(shown(ann).length - hidden.length);
  await show(ann, shown(ann));
  await ann.expectToSee(bob.person);

  // Finn is the twenty-first, until Eve goes.
  const app = await App.signedIn(stage, finn, server.url);
  await app.go(`/c/${crowd.conversationId}`);
  await app.button("Join").click();
  await expect(app.screen.getByText("The call is full. Try again when somebody has left.")).toBeVisible();
  expect(await joined(ann.person, crowd.callId)).toBe(FULL);
  await devices.at(-1)?.dispatch({ type: "leave" });
  await expect.poll(() => joined(ann.person, crowd.callId)).toBe(FULL - 1);
  await app.button("Try again").click();
  await app.expectInCall();
  await app.expectToHear();
  await expect.poll(() => joined(ann.person, crowd.callId)).toBe(FULL);
  await ann.expectToSee(bob.person);

  const report = await crowd.leave();
  figure("the crowd lost", `${report.lossPercent.toFixed(3)} % of ${report.arrived.packets} packets`);
  expect(report).toMatchObject({ participants: PUBLISHERS + LISTENERS, lostConnections: 0 });
  const heard = report.arrived.sound / report.seconds / report.participants;
  figure("packets of sound", `${heard.toFixed(1)} a second for each of the crowd`);
  expect(heard).toBeGreaterThan(SOUND_PACKETS);
  expect(heard).toBeLessThan(SOUNDS * SOUND_PACKETS * 1.05);
});
