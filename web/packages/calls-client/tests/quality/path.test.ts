// Which of several ways is told of.

import { expect, test } from "vitest";
import { worstPath } from "../../src/quality/index.js";

const direct = { kind: "direct", protocol: "udp" } as const;

test("of several ways the one furthest from direct UDP is told", () => {
  const relay = { kind: "relay", protocol: "udp" } as const;
  const tls = { kind: "relay", protocol: "tls" } as const;
  const tcp = { kind: "direct", protocol: "tcp" } as const;
  expect(worstPath([direct, relay, direct])).toEqual(relay);
  expect(worstPath([tls, relay])).toEqual(tls);
  expect(worstPath([direct, tcp])).toEqual(tcp);
  expect(worstPath([tcp, relay])).toEqual(relay);
});

test("ways that are not known tell nothing", () => {
  expect(worstPath([])).toBeNull();
  expect(worstPath([null, null])).toBeNull();
  expect(worstPath([null, direct, null])).toEqual(direct);
});
