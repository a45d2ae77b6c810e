// Which of the relays that a server offers a page uses, and what they answered it.

import type { ChromiumPage } from "../chromiumPage.js";
import type { AnyPage } from "../page.js";

/** The ways to a relay. */
export type Way = "udp" | "tcp" | "tls";

/** A gathering that failed (W3C WebRTC §4.8.2). */
export interface RelayError {
  readonly url: string;
  readonly code: number;
  readonly words: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

declare global {
  interface Window {
    aethexRelayErrors?: RelayError[];
    /** Starts ICE again on every open connection. */
    aethexRestartIce?: () => void;
  }
}

/** From the next page on the browser is told of the relays of these ways only, and notes what they refused. */
export async function offer(page: ChromiumPage, ways: readonly Way[]): Promise<void> {
  await page.context.addInitScript(offerInPage, [...ways]);
}

/** What relays refused. */
export function relayErrors(page: AnyPage): Promise<RelayError[]> {
  return page.run(() => [...(window.aethexRelayErrors ?? [])], undefined);
}

/** Starts ICE again on every connection of a page, as the product does it after a change of network. */
export function restartIce(page: AnyPage): Promise<void> {
  return page.run(() => window.aethexRestartIce?.(), undefined);
}

/** Runs in the page. */
function offerInPage(ways: readonly string[]): void {
  const wayOf = (url: string): string => {
    if (url.startsWith("turns:")) return "tls";
    return url.endsWith("transport=tcp") ? "tcp" : "udp";
  };
  const kept = (configuration: RTCConfiguration = {}): RTCConfiguration => ({
    ...configuration,
    iceServers: (configuration.iceServers ?? [])
      .map((server) => ({
        ...server,
        urls: [server.urls].flat().filter((url) => url.startsWith("stun:") || ways.includes(wayOf(url))),
      }))
      .filter((server) => server.urls.length > 0),
  });
  const errors: RelayError[] = [];
  window.aethexRelayErrors = errors;
  const made: RTCPeerConnection[] = [];
  window.aethexRestartIce = () => {
    for (const one of made) if (one.connectionState !== "closed") one.restartIce();
  };
  const Original = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(kept(configuration));
      made.push(this);
      this.addEventListener("icecandidateerror", ({ url, errorCode, errorText }) =>
        errors.push({ url, code: errorCode, words: errorText, atMs: Date.now() }),
      );
    }
    override setConfiguration(configuration?: RTCConfiguration): void {
      super.setConfiguration(kept(configuration));
    }
  };
}
