// The measurements themselves: what moves is told from what is still, what sounds from what is silent.

import { expect, test } from "../harness/fixtures.js";
import { expectMotion, expectSilence, expectSound, inbound, pictureIn } from "../harness/probing.js";

test("motion and energy are seen when they are there, and not when they are not", async ({ stage }) => {
  const page = await stage.page("plain");
  await page.open(`${stage.pages.url}/plain.html`);
  expect(await pictureIn(page, "#remote")).toBe("none");
  await page.run(() => window.plain?.connect(), undefined);
  await expectMotion(page, "#remote");
  await expectSound(page);

  await page.run(() => window.plain?.freeze(true), undefined);
  await expect.poll(() => pictureIn(page, "#remote")).toBe("still");
  await page.run(() => window.plain?.freeze(false), undefined);
  await expectMotion(page, "#remote");

  await page.run(() => window.plain?.enable(false), undefined);
  await expectSilence(page);
  const before = (await inbound(page)).find((flow) => flow.kind === "video")?.frames ?? 0;
  await expect.poll(() => pictureIn(page, "#remote")).toBe("black");
  const after = (await inbound(page)).find((flow) => flow.kind === "video")?.frames ?? 0;
  expect(after, "black frames are decoded too").toBeGreaterThan(before);

  await page.run(() => window.plain?.enable(true), undefined);
  await expectSound(page);
  await expectMotion(page, "#remote");
});

test("captures, connections and signals are counted", async ({ stage }) => {
  const page = await stage.page("plain");
  await page.open(`${stage.pages.url}/plain.html`);
  const counts = (): Promise<unknown> =>
    page.run(() => {
      const probes = window.aethexProbes;
      return [
        probes?.capture.asked(),
        probes?.connections.made(),
        (probes?.connections.signalsTaken() ?? 0) > 0,
      ];
    }, undefined);
  expect(await counts()).toEqual([0, 0, false]);
  await page.run(() => window.plain?.connect(), undefined);
  expect(await counts()).toEqual([1, 2, true]);
});

test("a device that is pulled or held by another program cannot be captured", async ({ stage }) => {
  const page = await stage.page("plain");
  await page.open(`${stage.pages.url}/plain.html`);
  const capture = (): Promise<string> =>
    page.run(
      () =>
        navigator.mediaDevices.getUserMedia({ video: true }).then(
          (stream) => stream.getVideoTracks()[0]?.readyState ?? "none",
          (error: Error) => error.name,
        ),
      undefined,
    );
  const cameras = (): Promise<number> =>
    page.run(
      async () =>
        (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput").length,
      undefined,
    );
  expect(await capture()).toBe("live");
  expect(await cameras()).toBe(1);
  await page.run(() => window.aethexProbes?.capture.unplug("video"), undefined);
  expect(await page.run(() => window.aethexProbes?.capture.live("video"), undefined)).toBe(0);
  expect(await capture()).toBe("NotFoundError");
  expect(await cameras()).toBe(0);
  await page.run(() => window.aethexProbes?.capture.occupy("video"), undefined);
  expect(await capture()).toBe("NotReadableError");
  await page.run(() => window.aethexProbes?.capture.restore("video"), undefined);
  expect(await capture()).toBe("live");
});

test("a control that is out of the window, too small or covered is found, and a good one is not", async ({
  stage,
}) => {
  const page = await stage.page("plain");
  await page.open(`${stage.pages.url}/plain.html`);
  const flaws = await page.run(() => {
    const add = (name: string, style: string, tag = "button"): void => {
      const element = document.createElement(tag);
      element.textContent = name;
      element.setAttribute("style", `position: fixed; ${style}`);
      document.body.append(element);
    };
    add("good", "left: 10px; top: 10px; width: 48px; height: 48px");
    add("outside", "left: -30px; top: 100px; width: 48px; height: 48px");
    add("small", "left: 10px; top: 200px; width: 12px; height: 12px; padding: 0; overflow: hidden");
    add("covered", "left: 10px; top: 300px; width: 48px; height: 48px");
    add("curtain", "left: 0; top: 290px; width: 90px; height: 90px", "div");
    add("hidden", "left: -500px; top: 0; visibility: hidden");
    return window.aethexProbes?.flaws("body", 24);
  }, undefined);
  expect(flaws?.map(({ control, wrong }) => `${control} ${wrong.split(":")[0]}`)).toEqual([
    "button “outside” outside the window",
    "button “small” smaller than 24 px",
    "button “covered” covered by div “curtain”",
  ]);
});
