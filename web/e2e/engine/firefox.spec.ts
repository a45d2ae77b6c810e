// The basic call between Firefox ESR and Chromium, each as the caller.

import { expect, test } from "../harness/fixtures.js";
import { AUDIBLE_FROM_FIREFOX } from "../harness/probing.js";

for (const caller of ["Chromium", "Firefox"] as const) {
  test(`${caller} calls the other browser: pictures and sound both ways`, async ({ stage }) => {
    test.setTimeout(120_000);
    const server = await stage.server();
    const { ann, bob, conversationId } = await stage.couple(server);
    const chromium = await stage.device(ann, server);
    const firefox = await stage.firefoxDevice(bob, server);
    const [calling, called] = caller === "Chromium" ? [chromium, firefox] : [firefox, chromium];
    await calling.start({ conversationId, type: "video", audio: true, video: true });
    await called.pickUp({ audio: true, video: true });
    await Promise.all([calling.expectPhase("active", 30_000), called.expectPhase("active", 30_000)]);
    await chromium.expectToSee(bob, 30_000);
    await firefox.expectToSee(ann, 30_000);
    await chromium.expectToHear(bob, AUDIBLE_FROM_FIREFOX);
    await firefox.expectToHear(ann);
    await firefox.dispatch({ type: "set-microphone", enabled: false });
    await chromium.expectMediaState(bob, { audioEnabled: false });
    await chromium.expectToHearNothingOf(bob);
    await chromium.dispatch({ type: "set-camera", enabled: false });
    await firefox.expectMediaState(ann, { videoEnabled: false });
    await firefox.dispatch({ type: "leave" });
    expect(await chromium.expectEnded()).toMatchObject({ reason: "ended-by-user", endedBy: bob.id });
  });
}
