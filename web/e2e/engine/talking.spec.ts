// Two people see and hear each other, and what one does with their media the other sees.

import { expect, test } from "../harness/fixtures.js";
import { pictureIn } from "../harness/probing.js";
import { talk } from "../harness/talking.js";

test("in a video call pictures move and sound is heard both ways", async ({ stage }) => {
  const { ann, bob, annDevice, bobDevice } = await talk(stage);
  await Promise.all([annDevice.expectToSee(bob), bobDevice.expectToSee(ann)]);
  await Promise.all([annDevice.expectToHear(bob), bobDevice.expectToHear(ann)]);
  await annDevice.expectToSee(ann);
});

test("in an audio call sound is heard both ways and no camera is opened", async ({ stage }) => {
  const { ann, bob, annDevice, bobDevice } = await talk(stage, { type: "audio" });
  await Promise.all([annDevice.expectToHear(bob), bobDevice.expectToHear(ann)]);
  for (const { page } of [annDevice, bobDevice]) {
    const cameras = await page.run(() => window.aethexProbes?.capture.askedFor("video"), undefined);
    expect(cameras).toBe(0);
  }
});

test("a muted microphone sends exactly nothing, and the other one knows", async ({ stage }) => {
  const { ann, bob, annDevice, bobDevice } = await talk(stage, { type: "audio" });
  await bobDevice.expectToHear(ann);
  await annDevice.dispatch({ type: "set-microphone", enabled: false });
  await bobDevice.expectMediaState(ann, { audioEnabled: false });
  await bobDevice.expectToHearNothingOf(ann);
  await annDevice.expectToHear(bob);
  await annDevice.dispatch({ type: "set-microphone", enabled: true });
  await bobDevice.expectMediaState(ann, { audioEnabled: true });
  await bobDevice.expectToHear(ann);
  expect((await bobDevice.heard("call:media-state-changed")).length).toBeGreaterThanOrEqual(2);
});

test("a camera that is turned off goes dark and lets go of the device", async ({ stage }) => {
  const { ann, bob, annDevice, bobDevice } = await talk(stage);
  await bobDevice.expectToSee(ann);
  await annDevice.dispatch({ type: "set-camera", enabled: false });
  await bobDevice.expectMediaState(ann, { videoEnabled: false });
  await expect
    .poll(() => pictureIn(bobDevice.page, `[id="video-${ann.id}"]`), { message: "Ann's picture" })
    .not.toBe("moves");
  expect(await annDevice.page.run(() => window.aethexProbes?.capture.live("video"), undefined)).toBe(0);
  await annDevice.expectToSee(bob);
  await annDevice.dispatch({ type: "set-camera", enabled: true });
  await bobDevice.expectMediaState(ann, { videoEnabled: true });
  await bobDevice.expectToSee(ann);
});

test("a shared screen takes the place of the camera, which comes back afterwards", async ({ stage }) => {
  const { ann, annDevice, bobDevice } = await talk(stage);
  await bobDevice.expectToSee(ann);
  const selector = `[id="video-${ann.id}"]`;
  const wide = async (): Promise<boolean> => {
    const flow = await bobDevice.page.run(
      (where) => document.querySelector<HTMLVideoElement>(where)?.videoWidth ?? 0,
      selector,
    );
    return flow > 0;
  };
  await annDevice.dispatch({ type: "share-screen" });
  await bobDevice.expectMediaState(ann, { screenSharing: true });
  await expect.poll(wide).toBe(true);
  await expect.poll(() => annDevice.state().then((state) => state.screen.status)).toBe("on");
  await expect.poll(() => pictureIn(bobDevice.page, selector), { message: "the screen" }).not.toBe("none");
  await annDevice.dispatch({ type: "stop-sharing" });
  await bobDevice.expectMediaState(ann, { screenSharing: false, videoEnabled: true });
  await bobDevice.expectToSee(ann);
});

test("the browser's own stop button ends the sharing too", async ({ stage }) => {
  const { ann, annDevice, bobDevice } = await talk(stage);
  await annDevice.dispatch({ type: "share-screen" });
  await bobDevice.expectMediaState(ann, { screenSharing: true });
  await annDevice.page.run(() => window.aethexProbes?.capture.stopSharing(), undefined);
  await bobDevice.expectMediaState(ann, { screenSharing: false, videoEnabled: true });
  await bobDevice.expectToSee(ann);
  expect((await annDevice.state()).notices).toEqual([]);
});

test("a screen is shared from an audio call, and nothing is left of it", async ({ stage }) => {
  const { ann, annDevice, bobDevice } = await talk(stage, { type: "audio" });
  await annDevice.dispatch({ type: "share-screen", audio: true });
  await bobDevice.expectMediaState(ann, { screenSharing: true });
  await expect
    .poll(() => pictureIn(bobDevice.page, `[id="video-${ann.id}"]`), { message: "the screen" })
    .not.toBe("none");
  await bobDevice.expectToHear(ann);
  await annDevice.dispatch({ type: "stop-sharing" });
  await bobDevice.expectMediaState(ann, { screenSharing: false, videoEnabled: false });
  expect(await annDevice.page.run(() => window.aethexProbes?.capture.askedFor("video"), undefined)).toBe(0);
});
