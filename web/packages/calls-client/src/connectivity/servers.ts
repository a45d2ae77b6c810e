// Which servers each step of a check tries, from the addresses that the server gave.

import type { CheckStep } from "./state.js";

/** The steps that try a relay. */
export type RelayStep = Extract<CheckStep, `turn-${string}`>;

/** By which way an address (RFC 7065) reaches its relay; null for an address that is none. */
export function relayStepOf(url: string): RelayStep | null {
  const [, scheme, , query = ""] = /^(turns?):([^?]+)(\?.*)?$/i.exec(url) ?? [];
  if (scheme === undefined) return null;
  const tcp = /[?&]transport=tcp\b/i.test(query);
  // `turns` over UDP would be DTLS, which browsers do not speak to relays.
  if (scheme.toLowerCase() === "turns") return "turn-tls";
  return tcp ? "turn-tcp" : "turn-udp";
}

/** The addresses of one way. */
export function relaysFor(step: RelayStep, urls: readonly string[]): string[] {
  return urls.filter((url) => relayStepOf(url) === step);
}

/** The STUN servers to ask: those of the configuration, or else the relays, which answer STUN on the same port. */
export function stunServers(configured: readonly string[], relays: readonly string[]): string[] {
  if (configured.length > 0) return [...configured];
  const hosts = relaysFor("turn-udp", relays).map((url) => url.replace(/^turn:/i, "").replace(/\?.*$/, ""));
  return [...new Set(hosts)].map((host) => `stun:${host}`);
}
