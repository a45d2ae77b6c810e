// Which addresses belong to which step.

import { expect, test } from "vitest";
import { relayStepOf, stunServers } from "../../src/connectivity/servers.js";

for (const [url, step] of [
  ["turn:relay.example", "turn-udp"],
  ["turn:relay.example:3478", "turn-udp"],
  ["turn:relay.example:3478?transport=udp", "turn-udp"],
  ["TURN:relay.example?transport=TCP", "turn-tcp"],
  ["turn:[2001:db8::1]:3478?transport=tcp", "turn-tcp"],
  ["turns:relay.example:5349", "turn-tls"],
  ["turns:relay.example:5349?transport=tcp", "turn-tls"],
  ["stun:relay.example", null],
  ["https://relay.example", null],
  ["", null],
] as const) {
  test(`"${url}" belongs to ${step}`, () => expect(relayStepOf(url)).toBe(step));
}

test("STUN is asked of the relays when nothing else is configured, once each", () => {
  const relays = ["turn:a.example:3478", "turn:a.example:3478?transport=udp", "turns:a.example:5349"];
  expect(stunServers([], relays)).toEqual(["stun:a.example:3478"]);
  expect(stunServers(["stun:b.example"], relays)).toEqual(["stun:b.example"]);
  expect(stunServers([], [])).toEqual([]);
});
