// Before somebody accepts, nothing of them leaves: no packet, no camera, no session description gets in.

import { io, type Socket } from "socket.io-client";
import { figure } from "../harness/figures.js";
import { expect, test } from "../harness/fixtures.js";
import { HOSTILE_BATCH, hostileBatch, seedOfRun } from "../harness/hostile.js";
import { type Person, register } from "../harness/people.js";
import { exposureOf, UNEXPOSED } from "../harness/probing.js";
import type { Server } from "../harness/server.js";
import { pair } from "../harness/talking.js";
import type { Heard } from "../pages/engine.js";

/** How many sequences of hostile signalling a callee is put through. */
const SEQUENCES = 1_000;

/** What must not reach a callee. */
const SIGNALS = ["call:offer", "call:answer", "call:ice-candidate"];

async function socketOf(person: Person, server: Server): Promise<Socket> {
  const socket = io(server.url, { auth: { token: person.token }, transports: ["websocket"], forceNew: true });
  await new Promise<void>((resolve, reject) => {
    socket.on("connect", resolve).on("connect_error", reject);
  });
  return socket;
}

test("while it rings the callee captures, connects and takes in nothing; after the click it does", async ({
  stage,
}) => {
  const { ann, bob, annDevice, bobDevice, conversationId } = await pair(stage);
  await annDevice.start({ conversationId, type: "video", audio: true, video: true });
  const callId = await bobDevice.rung();
  await annDevice.expectPhase("ringing");
  await expect
    .poll(() => annDevice.page.run(() => window.aethexProbes?.capture.asked() ?? 0, undefined))
    .toBeGreaterThan(0);
  expect(await exposureOf(bobDevice.page)).toEqual(UNEXPOSED);
  await bobDevice.answer(callId, { audio: true, video: true });
  await annDevice.expectToSee(bob);
  await bobDevice.expectToSee(ann);
  const after = await exposureOf(bobDevice.page);
  for (const count of Object.values(after)) expect(count).toBeGreaterThan(0);
});

test("1,000 hostile sequences over the server move nothing at a callee who does not click", {
  tag: "@slow",
}, async ({ stage }) => {
  test.setTimeout(300_000);
  const seed = seedOfRun();
  figure("seed", String(seed));
  const { bob, server, annDevice, bobDevice, conversationId } = await pair(stage);
  const attacks = await Promise.all(
    ["Cem", "Dora", "Eve"].map(async (name) => {
      const caller = await register(server, name);
      const socket = await socketOf(caller, server);
      stage.afterwards(async () => void socket.disconnect());
      return { caller, socket, callee: bob, seed, conversationId: await caller.direct(bob) };
    }),
  );
  let signals = 0;
  let sequences = 0;
  for (let first = 0; first < SEQUENCES; first += HOSTILE_BATCH * attacks.length) {
    const sent = await Promise.all(
      attacks.map((attack, one) => hostileBatch({ ...attack, first: first + one * HOSTILE_BATCH })),
    );
    signals += sent.reduce((sum, count) => sum + count, 0);
    sequences += HOSTILE_BATCH * attacks.length;
    expect(await exposureOf(bobDevice.page), `seed ${seed}, sequences from ${first}`).toEqual(UNEXPOSED);
    const got: Heard[] = [];
    for (const name of SIGNALS) got.push(...(await bobDevice.heard(name)));
    expect(got, `seed ${seed}, sequences from ${first}`).toEqual([]);
  }
  const rings = (await bobDevice.heard("call:incoming")).length;
  figure("hostile signals", `${signals} in ${sequences} sequences, ${rings} rings`);
  expect(rings, "every sequence rang").toBe(sequences);
  await expect.poll(() => bobDevice.client().then((one) => one.rings)).toEqual([]);
  await annDevice.start({ conversationId, type: "audio", audio: true, video: false });
  await bobDevice.pickUp({ audio: true, video: false });
  await annDevice.expectToHear(bob);
});

test("1,000 hostile sequences of a server gone bad move nothing at a callee who does not click", async ({
  stage,
}) => {
  test.setTimeout(120_000);
  const seed = seedOfRun();
  figure("seed", String(seed));
  const page = await stage.page("Bob");
  await page.open(`${stage.pages.url}/hostile.html`);
  const done = await page.run(
    ({ seed: from, count }) => {
      if (window.hostile === undefined) throw new Error("the page did not load");
      return window.hostile.run(from, count);
    },
    { seed, count: SEQUENCES },
  );
  figure("hostile events", `${done.events} in ${SEQUENCES} sequences, ${done.rings} rings shown`);
  expect(done.sessions, `seed ${seed}: calls that began by themselves`).toBe(0);
  expect(done.sent, `seed ${seed}: signals that the client sent`).toEqual([]);
  expect(done.thrown, `seed ${seed}: errors`).toEqual([]);
  expect(done.rings).toBeGreaterThan(SEQUENCES / 2);
  expect(await exposureOf(page), `seed ${seed}`).toEqual(UNEXPOSED);
  await page.run(() => window.hostile?.answer(), undefined);
  await expect
    .poll(() => exposureOf(page).then((one) => one.captures), { message: "after a click" })
    .toBeGreaterThan(0);
});
