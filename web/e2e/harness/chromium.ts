// Chromium with fake devices, as the tests need it.

import { type Browser, chromium } from "@playwright/test";
import { CHROMIUM } from "./paths.js";

/** How a Chromium differs from the usual one. */
export interface ChromiumOptions {
  /** Cameras; one when left out. The fake microphone is always there. */
  readonly deviceCount?: number;
  /** Grants devices without asking. True when left out. */
  readonly grants?: boolean;
  /** Plays sound without a click. True when left out. */
  readonly autoplay?: boolean;
  /** Media also between pages of one machine. True when left out. */
  readonly loopback?: boolean;
  /** The program, when it is another one. */
  readonly executablePath?: string;
  /** More flags. */
  readonly flags?: readonly string[];
}

const ALWAYS = [
  "--no-sandbox",
  "--mute-audio",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
  // Names instead of addresses (mDNS) need a network that carries multicast.
  "--disable-features=WebRtcHideLocalIpsWithMdns,MediaRouter,OptimizationHints",
  // Pages of several people are open; only one of them is in front.
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--disable-background-timer-throttling",
];

/** The flags that options stand for. */
export function chromiumFlags(options: ChromiumOptions = {}): string[] {
  const { deviceCount, grants = true, autoplay = true, loopback = true, flags = [] } = options;
  const count = deviceCount === undefined ? "" : `,device-count=${deviceCount}`;
  const policy = autoplay ? "no-user-gesture-required" : "document-user-activation-required";
  return [
    ...ALWAYS,
    `--use-fake-device-for-media-stream=fps=30${count}`,
    ...(grants ? ["--use-fake-ui-for-media-stream"] : []),
    `--autoplay-policy=${policy}`,
    ...(loopback ? ["--allow-loopback-in-peer-connection"] : []),
    ...flags,
  ];
}

/** Starts one. */
export function launchChromium(options: ChromiumOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: options.executablePath ?? CHROMIUM,
    args: chromiumFlags(options),
  });
}
