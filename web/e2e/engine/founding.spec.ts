// The founding sample with `WebRTCManager` to the letter, on another origin, with a socket alone.

import { expect, test } from "../harness/fixtures.js";
import type { AnyPage } from "../harness/page.js";
import type { Person } from "../harness/people.js";
import { expectMotion, expectSilence, expectSound, pictureIn } from "../harness/probing.js";
import type { Stage } from "../harness/stage.js";

async function open(stage: Stage, person: Person, server: string): Promise<AnyPage> {
  const page = await stage.page(person.name);
  await page.open(`${stage.pages.url}/founding.html`);
  const { token } = person;
  await page.run(({ where, how }) => window.founding?.open(where, how), { where: server, how: token });
  return page;
}

for (const early of [true, false]) {
  const when = early ? "while it rings" : "after the answer";
  test(`the founding sample completes a call whose offer is made ${when}`, async ({ stage }) => {
    const server = await stage.server();
    const { ann, bob, conversationId } = await stage.couple(server);
    const annPage = await open(stage, ann, server.url);
    const bobPage = await open(stage, bob, server.url);
    await annPage.run(() => window.founding?.prepare(), undefined);

    const begun = await ann.does<{ callId: string }>("POST", "/api/calls/initiate", {
      conversationId,
      type: "video",
      participantIds: [bob.id],
    });
    const { callId } = begun;
    const offer = (): Promise<unknown> =>
      annPage.run(({ id, target }) => window.founding?.call(id, target), { id: callId, target: bob.id });
    if (early) await offer();
    await expect.poll(() => bobPage.run(() => window.founding?.ringing() ?? null, undefined)).toBe(callId);
    const asked = await bobPage.run(() => window.aethexProbes?.capture.asked(), undefined);
    expect(asked, "captures before the answer").toBe(0);
    await bobPage.run(() => window.founding?.prepare(), undefined);
    await bob.does("POST", `/api/calls/${callId}/answer`);
    await bobPage.run((id) => window.founding?.answered(id), callId);
    if (!early) await offer();
    for (const page of [annPage, bobPage]) {
      await expectMotion(page, "#remote");
      await expectSound(page);
      await expectMotion(page, "#local");
    }

    await annPage.run(() => void window.founding?.manager().toggleAudio(false), undefined);
    await expectSilence(bobPage);
    await annPage.run(() => void window.founding?.manager().toggleAudio(true), undefined);
    await expectSound(bobPage);
    await annPage.run(() => void window.founding?.manager().toggleVideo(false), undefined);
    await expect.poll(() => pictureIn(bobPage, "#remote")).not.toBe("moves");
    await annPage.run(() => void window.founding?.manager().toggleVideo(true), undefined);
    await expectMotion(bobPage, "#remote");
    await annPage.run(async () => void (await window.founding?.manager().startScreenShare()), undefined);
    await expect
      .poll(() =>
        bobPage.run(
          () => JSON.stringify(window.founding?.heard("call:media-state-changed").at(-1)),
          undefined,
        ),
      )
      .toContain('"screenSharing":true');
    await annPage.run(() => window.founding?.manager().stopScreenShare(), undefined);
    await expectMotion(bobPage, "#remote");

    await bob.does("POST", `/api/calls/${callId}/end`);
    await expect
      .poll(() => annPage.run(() => window.founding?.heard("call:ended").length ?? 0, undefined))
      .toBe(1);
    for (const page of [annPage, bobPage]) {
      await page.run(() => window.founding?.manager().cleanup(), undefined);
      const left = await page.run(
        () => [
          window.aethexProbes?.connections.open(),
          window.aethexProbes?.capture.live("audio"),
          window.aethexProbes?.capture.live("video"),
        ],
        undefined,
      );
      expect(left, "open connections, live microphones, live cameras").toEqual([0, 0, 0]);
    }
  });
}
