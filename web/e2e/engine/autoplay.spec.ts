// A browser that plays no sound before a click: the person is told, and one click is enough.
// A page that captures may play; so the one who only listens is the one who meets this.

import { expect, test } from "../harness/fixtures.js";
import { energyHeard } from "../harness/probing.js";
import { UntouchedPage } from "../harness/untouched.js";

test("sound that the browser holds back is told, and heard after a click", async ({ stage }) => {
  const server = await stage.server();
  const { ann, bob, conversationId } = await stage.couple(server);
  const annDevice = await stage.device(ann, server);
  const bobDevice = await stage.untouchedDevice(bob, server);
  await annDevice.start({ conversationId, type: "audio", audio: true, video: false });
  await bobDevice.pickUp({ audio: false, video: false });
  await Promise.all([annDevice.expectPhase("active"), bobDevice.expectPhase("active")]);
  const notices = (): Promise<string[]> =>
    bobDevice.state().then((state) => state.notices.map((notice) => notice.kind));
  await expect.poll(notices).toContain("audio-blocked");
  const { page } = bobDevice;
  if (!(page instanceof UntouchedPage)) throw new Error("the page was touched");
  await page.run(() => {
    document.addEventListener("click", () => void window.engine?.session().dispatch({ type: "hear" }), {
      once: true,
    });
  }, undefined);
  await page.click();
  await expect.poll(notices).not.toContain("audio-blocked");
  await bobDevice.expectToHear(ann);
});

test("a page that captures is not held back", async ({ stage }) => {
  const server = await stage.server();
  const { ann, bob, conversationId } = await stage.couple(server);
  const annDevice = await stage.device(ann, server);
  const bobDevice = await stage.untouchedDevice(bob, server);
  await annDevice.start({ conversationId, type: "audio", audio: true, video: false });
  await bobDevice.pickUp({ audio: true, video: false });
  await bobDevice.expectPhase("active");
  await bobDevice.expectToHear(ann);
  expect(await energyHeard(bobDevice.page)).toBeGreaterThan(0);
  expect((await bobDevice.state()).notices).toEqual([]);
});
