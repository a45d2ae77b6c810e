// Opens every screen of the gallery in Chromium, light, dark, on a phone and right to left: axe finds nothing,
// every control is inside the window and large enough, nothing is written to the console.
//
//   node gallery/check.mjs [--screens a,b] [--variants light,dark,phone,rtl,large] [--shots DIR]

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "@playwright/test";
import { build, preview } from "vite";

const { values } = parseArgs({
  options: {
    screens: { type: "string" },
    variants: { type: "string" },
    shots: { type: "string" },
  },
});

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const EVERY_RULE = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  rules: Object.fromEntries(
    ["landmark-one-main", "page-has-heading-one", "region"].map((rule) => [rule, { enabled: false }]),
  ),
};
/** Dark has the document of light in other colours, and right to left has that of dark. */
const COLOURS = { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } };
const VARIANTS = {
  light: { query: "theme=light", viewport: DESKTOP },
  dark: { query: "theme=dark", viewport: DESKTOP, rules: COLOURS },
  phone: { query: "theme=light", viewport: PHONE },
  rtl: { query: "theme=dark&locale=ar", viewport: DESKTOP, rules: COLOURS },
  "phone-rtl": { query: "theme=light&locale=ar", viewport: PHONE },
  // Text at 200 %: the window of a browser that is zoomed in twice (WCAG 1.4.4, 1.4.10).
  large: { query: "theme=light", viewport: { width: 640, height: 400 } },
};
const FLAGS = [
  "--no-sandbox",
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream=fps=30",
  "--autoplay-policy=no-user-gesture-required",
  "--mute-audio",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];
/** Most of the time is spent waiting for frames. */
const AT_ONCE = 3;
const SMALLEST_TARGET = { fine: 24, coarse: 44 };

const config = join(import.meta.dirname, "vite.config.ts");
const outDir = mkdtempSync(join(tmpdir(), "aethex-gallery-"));
const options = { configFile: config, logLevel: "error", build: { outDir, chunkSizeWarningLimit: 4000 } };
await build(options);
const server = await preview({ ...options, preview: { port: 0, host: "127.0.0.1" } });
const origin = server.resolvedUrls?.local[0];
if (origin === undefined) throw new Error("The gallery is not served.");
const browser = await chromium.launch({
  executablePath: process.env.AETHEX_TEST_CHROMIUM ?? "/usr/bin/chromium",
  args: FLAGS,
});
const findings = [];
const contexts = {};
let checked = 0;
try {
  const names = values.screens?.split(",") ?? (await screenNames());
  const variants = values.variants?.split(",") ?? Object.keys(VARIANTS);
  const waiting = variants.flatMap((variant) => names.map((name) => ({ name, variant })));
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await check(next.name, next.variant);
      checked += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
} finally {
  await browser.close();
  await server.close();
  rmSync(outDir, { recursive: true });
}
for (const finding of findings) process.stdout.write(`${finding}\n`);
process.stdout.write(`${checked} screens checked, ${findings.length} findings\n`);
process.exitCode = findings.length === 0 ? 0 : 1;

async function screenNames() {
  const page = await browser.newPage();
  await page.goto(origin);
  await page.waitForSelector("li");
  const names = await page.locator("li").allTextContents();
  await page.close();
  return names;
}

async function check(name, variant) {
  const { query, viewport, rules = EVERY_RULE } = VARIANTS[variant];
  const phone = viewport.width === PHONE.width;
  const context = await contextOf(viewport, !name.endsWith("-off"));
  const page = await context.newPage();
  const say = (what) => findings.push(`${name} (${variant}): ${what}`);
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") say(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => say(`error: ${error.message}`));
  await page.goto(`${origin}?screen=${name}&${query}`);
  await page.waitForFunction(() => (document.querySelector(".ax")?.textContent ?? "") !== "");
  await page.waitForFunction(() =>
    [...document.querySelectorAll("video")].every(
      (video) => video.videoWidth > 0 || video.srcObject === null,
    ),
  );
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  for (const box of await controls(page)) {
    const smallest = phone ? SMALLEST_TARGET.coarse : SMALLEST_TARGET.fine;
    if (box.outside) say(`outside of the window: ${box.label}`);
    if (!box.inline && Math.min(box.width, box.height) < smallest - 0.5) {
      say(`${Math.round(box.width)}x${Math.round(box.height)} is too small: ${box.label}`);
    }
  }
  if (!(await asksForWhatIsShown(page))) say("asks for other pictures than those on the screen");
  const { violations } = await new AxeBuilder({ page }).options(rules).analyze();
  for (const violation of violations) {
    for (const node of violation.nodes) {
      say(`axe ${violation.id}: ${node.target.join(" ")} ${node.any[0]?.message ?? violation.help}`);
    }
  }
  if (values.shots !== undefined) {
    mkdirSync(values.shots, { recursive: true });
    await page.screenshot({ path: join(values.shots, `${name}.${variant}.png`) });
  }
  await page.close();
}

/** A profile for this window, kept for all its screens: the program of the gallery is compiled once in it. */
async function contextOf(viewport, allowed) {
  const key = `${viewport.width} ${allowed}`;
  const phone = viewport.width === PHONE.width;
  contexts[key] ??= browser.newContext({
    viewport,
    hasTouch: phone,
    isMobile: phone,
    reducedMotion: "reduce",
    permissions: allowed ? ["camera", "microphone"] : [],
  });
  return await contexts[key];
}

/** Whether a call asks for the pictures of the others that are on the screen, at their size, and for no more. */
async function asksForWhatIsShown(page) {
  const right = () => {
    const { shown, wanted } = window.galleryCall ?? {};
    if (shown === undefined) return true;
    const asked = (shown.at(-1) ?? []).map(
      ({ userId, source, width, height }) =>
        `${source === "screen" ? "screen:" : ""}${userId} ${width}x${height}`,
    );
    const seen = [...document.querySelectorAll("[data-tile] > [data-ax-tile]")].flatMap((tile) => {
      const id = tile.parentElement.dataset.tile;
      const there = tile.clientWidth > 0 && wanted.includes(id.replace("screen:", ""));
      return there ? [`${id} ${tile.clientWidth}x${tile.clientHeight}`] : [];
    });
    return asked.sort().join() === seen.sort().join();
  };
  return await page.waitForFunction(right, undefined, { timeout: 5_000 }).then(
    () => true,
    () => false,
  );
}

/** Every visible control, and whether it can be scrolled into the window. */
async function controls(page) {
  return await page.evaluate(() => {
    const found = [];
    const selector =
      "button, a[href], input, select, textarea, [role=button], [role=slider], [role=menuitem]";
    for (const element of document.querySelectorAll(selector)) {
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      if (element.closest("[aria-hidden=true], [inert], .gallery-host") !== null) continue;
      element.scrollIntoView({ block: "nearest", inline: "nearest" });
      const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
      found.push({
        label: element.getAttribute("aria-label") ?? element.textContent?.trim() ?? element.tagName,
        outside: left < -0.5 || top < -0.5 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5,
        inline: getComputedStyle(element).display === "inline",
        width,
        height,
      });
    }
    return found;
  });
}
