// What the tests measure of the media in a page, each in words that an assertion reads well with.

import { expect } from "@playwright/test";
import type { Flow } from "../probes/connections.js";
import type { Picture } from "../probes/motion.js";
import type { AnyPage } from "./page.js";

/** Mean change of a colour value above which a picture moves: noise of a still one is well below. */
export const MOVES = 1;
/** Mean colour value above which a picture is not black. */
export const VISIBLE = 5;
/** Energy in two seconds above which somebody is heard; the fake microphone beeps once a second. */
export const AUDIBLE = 0.05;
/** The same for the fake microphone of Firefox: one low steady tone, 0.02 in two seconds. */
export const AUDIBLE_FROM_FIREFOX = 0.005;
/** Milliseconds over which the energy is measured: two beeps. */
const LISTEN_MS = 2_000;

/** Names what the picture in the elements of a selector does. */
export async function pictureIn(
  page: AnyPage,
  selector: string,
): Promise<"moves" | "still" | "black" | "none"> {
  const picture = await pictureOf(page, selector);
  if (picture === null) return "none";
  if (picture.brightness <= VISIBLE) return "black";
  return picture.change > MOVES ? "moves" : "still";
}

/** The measured picture; null when no element shows one. */
export function pictureOf(page: AnyPage, selector: string): Promise<Picture | null> {
  return page.run((where) => window.aethexProbes?.motion(where) ?? null, selector);
}

/** Waits until the picture moves. */
export async function expectMotion(page: AnyPage, selector: string, timeout = 15_000): Promise<void> {
  await expect
    .poll(() => pictureIn(page, selector), {
      timeout,
      message: `the picture in ${selector}`,
      intervals: [50],
    })
    .toBe("moves");
}

/** The energy that arrives in two seconds on the tracks with these ids; on all when left out. */
export function energyHeard(page: AnyPage, trackIds: readonly string[] | null = null): Promise<number> {
  return page.run(
    async ({ ids, ms }) => {
      const sum = async (): Promise<number> => {
        const flows = (await window.aethexProbes?.connections.inbound()) ?? [];
        return flows
          .filter((flow) => flow.kind === "audio" && (ids === null || ids.includes(flow.trackId)))
          .reduce((total, flow) => total + flow.energy, 0);
      };
      const before = await sum();
      await new Promise((resolve) => setTimeout(resolve, ms));
      return (await sum()) - before;
    },
    { ids: trackIds, ms: LISTEN_MS },
  );
}

/** Waits until the sound of these tracks is heard. */
export async function expectSound(
  page: AnyPage,
  trackIds: readonly string[] | null = null,
  above = AUDIBLE,
): Promise<void> {
  await expect
    .poll(() => energyHeard(page, trackIds), {
      timeout: 20_000,
      message: "energy of the sound",
      intervals: [50],
    })
    .toBeGreaterThan(above);
}

/** Waits until nothing at all is heard of these tracks: exactly no energy. */
export async function expectSilence(page: AnyPage, trackIds: readonly string[] | null = null): Promise<void> {
  await expect
    .poll(() => energyHeard(page, trackIds), {
      timeout: 20_000,
      message: "energy of the silence",
      intervals: [50],
    })
    .toBe(0);
}

/** What the page receives. */
export function inbound(page: AnyPage): Promise<Flow[]> {
  return page.run(async () => (await window.aethexProbes?.connections.inbound()) ?? [], undefined);
}

/** What arrived in two seconds. */
export interface Arriving {
  /** Bytes of each picture, by its track. */
  readonly pictures: ReadonlyMap<string, number>;
  /** How many sounds had a packet. */
  readonly sounds: number;
}

/** Looks for two seconds what arrives at a page. */
export async function arriving(page: AnyPage): Promise<Arriving> {
  const before = await inbound(page);
  await page.run((ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)), LISTEN_MS);
  const after = await inbound(page);
  const gained = (flow: Flow, of: "bytes" | "packets"): number =>
    flow[of] - (before.find((one) => one.kind === flow.kind && one.trackId === flow.trackId)?.[of] ?? 0);
  const pictures = after.filter((one) => one.kind === "video");
  return {
    pictures: new Map(pictures.map((one) => [one.trackId, gained(one, "bytes")])),
    sounds: after.filter((one) => one.kind === "audio" && gained(one, "packets") > 0).length,
  };
}

/** What the page sends. */
export function outbound(page: AnyPage): Promise<Flow[]> {
  return page.run(async () => (await window.aethexProbes?.connections.outbound()) ?? [], undefined);
}

/** Sent kilobits per second of a kind, measured over a time. */
export function sentKbps(page: AnyPage, kind: "audio" | "video", ms = 2_000): Promise<number> {
  return page.run(
    async ({ which, span }) => {
      const bytes = async (): Promise<number> => {
        const flows = (await window.aethexProbes?.connections.outbound()) ?? [];
        return flows.filter((flow) => flow.kind === which).reduce((sum, flow) => sum + flow.bytes, 0);
      };
      const [from, before] = [performance.now(), await bytes()];
      await new Promise((resolve) => setTimeout(resolve, span));
      return (((await bytes()) - before) * 8) / (performance.now() - from);
    },
    { which: kind, span: ms },
  );
}

/** What a page did that a callee must not do before accepting. */
export interface Exposure {
  readonly captures: number;
  readonly connections: number;
  readonly signalsTaken: number;
  readonly packetsSent: number;
}

/** The same for a page that did nothing of it. */
export const UNEXPOSED: Exposure = { captures: 0, connections: 0, signalsTaken: 0, packetsSent: 0 };

/** Counts it. */
export function exposureOf(page: AnyPage): Promise<Exposure> {
  return page.run(async () => {
    const probes = window.aethexProbes;
    if (probes === undefined) throw new Error("no probes in the page");
    const sent = await probes.connections.outbound();
    return {
      captures: probes.capture.asked(),
      connections: probes.connections.made(),
      signalsTaken: probes.connections.signalsTaken(),
      packetsSent: sent.reduce((sum, flow) => sum + flow.packets, 0),
    };
  }, undefined);
}

/** The time between two looks at counters, in milliseconds: as long as asked for, and as the page's clock has it. */
export async function measuredFor(page: AnyPage, ms: number): Promise<number> {
  return await page.run(
    (wait) =>
      new Promise<number>((resolve) => {
        const start = performance.now();
        setTimeout(() => resolve(performance.now() - start), wait);
      }),
    ms,
  );
}
