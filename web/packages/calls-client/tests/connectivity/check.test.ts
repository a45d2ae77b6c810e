// What a check of the connection says of servers that answer, refuse, or keep silent; and that it leaves nothing.

import { beforeEach, expect, test, vi } from "vitest";
import { beginCheck as begin } from "../../src/connectivity/begin.js";
import { beginCheck, type CheckDeps } from "../../src/connectivity/check.js";
import {
  CHECK_STEPS,
  type CheckStep,
  type ConnectivityCheck,
  newConnectivityState,
} from "../../src/connectivity/state.js";
import { CallError } from "../../src/errors.js";
import { refused } from "../../src/signalling/signalling.js";
import type { WhoamiResponse } from "../../src/wire/index.js";
import { VirtualClock } from "../peer/virtualClock.js";
import { CONFIG } from "../session/config.js";
import { FakeIce } from "./fakeIce.js";

const UDP = "turn:relay.example:3478";
const TCP = "turn:relay.example:3478?transport=tcp";
const TLS = "turns:relay.example:5349?transport=tcp";
const STUN = "stun:relay.example:3478";
const NOW = 1_800_000_000_000;

beforeEach(() => void vi.spyOn(console, "debug").mockImplementation(() => {}));

/** A browser, its network and the server; everything works. */
class World {
  readonly clock = new VirtualClock();
  readonly ice = new FakeIce(this.clock);
  readonly credentials = { urls: [UDP, TCP, TLS], username: "1:ann", credential: "secret" };
  offsetMs = 0;
  stunUrls: string[] = [];
  deps: CheckDeps = {
    clock: this.clock,
    wallClock: () => NOW + this.clock.now(),
    whoami: async () => this.#whoami(),
    credentials: async () => this.credentials,
    createConnection: this.ice.create,
    tellsErrors: true,
    queryPermission: async () => Object.assign(new EventTarget(), { state: "granted" as const }),
  };

  constructor() {
    for (const url of [UDP, TCP, TLS, STUN]) this.ice.behaviours.set(url, "works");
  }

  /** Checks, and says what came of it. */
  async check(differences: Partial<CheckDeps> = {}): Promise<Record<CheckStep, string>> {
    const check = beginCheck({ ...this.deps, ...differences });
    // Until the slowest answer of a server that nobody waits for any more.
    await this.clock.advance(20_000);
    await check.finished;
    expect(check.store.get().running).toBe(false);
    expect([this.ice.open, this.clock.waiting], "what is left").toEqual([0, 0]);
    return said(check);
  }

  async #whoami(): Promise<WhoamiResponse> {
    const serverTime = new Date(NOW + this.clock.now() + this.offsetMs).toISOString();
    const user = { id: "ann", name: "Ann", identifier: "ann@example.com" };
    return { user, serverTime, config: { ...CONFIG, ice: { ...CONFIG.ice, stunUrls: this.stunUrls } } };
  }
}

function said(check: ConnectivityCheck): Record<CheckStep, string> {
  const entries = check.store.get().steps.map(({ step, status, reason }) => {
    return [step, reason === null ? status : `${status}: ${reason}`] as const;
  });
  return Object.fromEntries(entries) as Record<CheckStep, string>;
}

const ALL_OK = Object.fromEntries(CHECK_STEPS.map((step) => [step, "ok"]));

test("where everything works every step says so, within moments, and no connection is left", async () => {
  const world = new World();
  const check = beginCheck(world.deps);
  expect(new Set(Object.values(said(check)))).toEqual(new Set(["pending"]));
  const took = await world.clock.until(() => !check.store.get().running, 8_000);
  expect(took).toBeLessThan(500);
  expect(said(check)).toEqual(ALL_OK);
  // One for STUN, two for each relay.
  expect([world.ice.peers.length, world.ice.open, world.clock.waiting]).toEqual([7, 0, 0]);
  for (const { step, tookMs } of check.store.get().steps) {
    if (step === "stun" || step.startsWith("turn")) expect(tookMs, step).toBeGreaterThan(0);
  }
});

test("each relay is tried by itself, with its own address and with relays only", async () => {
  const world = new World();
  await world.check();
  const tried = world.ice.peers.map(({ configuration }) => configuration);
  const relays = tried.filter((one) => one.iceTransportPolicy === "relay");
  expect(relays.map((one) => one.iceServers)).toEqual(
    [UDP, UDP, TCP, TCP, TLS, TLS].map((url) => [{ ...world.credentials, urls: [url] }]),
  );
  expect(tried.filter((one) => one.iceTransportPolicy !== "relay")).toEqual([
    { iceServers: [{ urls: [STUN] }] },
  ]);
});

for (const [url, step] of [
  [UDP, "turn-udp"],
  [TCP, "turn-tcp"],
  [TLS, "turn-tls"],
] as const) {
  for (const [behaviour, reason] of [
    ["silent", "unreachable"],
    ["refuses", "refused"],
    ["no-data", "no-data"],
  ] as const) {
    test(`${step} over a relay that is ${behaviour} fails as ${reason}, and the others are not touched by it`, async () => {
      const world = new World();
      world.ice.behaviours.set(url, behaviour);
      expect(await world.check()).toEqual({ ...ALL_OK, [step]: `failed: ${reason}` });
    });
  }
}

test("one address of a way that works is enough", async () => {
  const world = new World();
  world.credentials.urls.push("turn:other.example:3478");
  expect(await world.check()).toEqual(ALL_OK);
});

test("everything silent takes eight seconds side by side", async () => {
  const world = new World();
  for (const url of [UDP, TCP, TLS, STUN]) world.ice.behaviours.set(url, "silent");
  const check = beginCheck(world.deps);
  const took = await world.clock.until(() => !check.store.get().running, 20_000);
  expect(took).toBeGreaterThanOrEqual(8_000);
  expect(took).toBeLessThan(8_200);
  expect(said(check)).toMatchObject({ stun: "failed: unreachable", "turn-tls": "failed: unreachable" });
  expect(world.ice.open).toBe(0);
});

test("the configured STUN servers are asked before the relays' own", async () => {
  const world = new World();
  world.stunUrls = ["stun:stun.example:3478"];
  expect(await world.check()).toMatchObject({ stun: "failed: unreachable", "turn-udp": "ok" });
});

test("without a NAT there is no other address, and that is fine where the browser would tell of a failure", async () => {
  const world = new World();
  world.ice.behaviours.set(STUN, "no-nat");
  expect(await world.check()).toEqual(ALL_OK);
  expect(await world.check({ tellsErrors: false })).toMatchObject({ stun: "failed: unreachable" });
});

test("an installation without a relay has nothing to try, and says so", async () => {
  const world = new World();
  const credentials = async () => {
    throw refused({ code: "turn_not_configured", message: "none", retryable: false });
  };
  expect(await world.check({ credentials })).toEqual({
    ...ALL_OK,
    stun: "skipped: not-configured",
    "turn-udp": "skipped: not-configured",
    "turn-tcp": "skipped: not-configured",
    "turn-tls": "skipped: not-configured",
  });
  expect(world.ice.peers).toHaveLength(0);
});

test("a relay without TLS skips that step alone", async () => {
  const world = new World();
  world.credentials.urls = [UDP, TCP];
  expect(await world.check()).toEqual({ ...ALL_OK, "turn-tls": "skipped: not-configured" });
});

test("credentials that are not to be had fail the relays, and nothing else", async () => {
  const world = new World();
  world.stunUrls = [STUN];
  const credentials = async () => {
    throw refused({ code: "rate_limited", message: "slow down", retryable: true });
  };
  const none = "failed: no-credentials";
  expect(await world.check({ credentials })).toEqual({
    ...ALL_OK,
    "turn-udp": none,
    "turn-tcp": none,
    "turn-tls": none,
  });
});

for (const [what, whoami, reason] of [
  ["that is silent", () => new Promise<never>(() => {}), "unreachable"],
  ["that is away", () => Promise.reject(new CallError("Unreachable", "away")), "unreachable"],
  [
    "that refuses",
    () => Promise.reject(refused({ code: "unauthorized", message: "no", retryable: false })),
    "refused",
  ],
] as const) {
  test(`a server ${what} fails the socket, and leaves the rest untried`, async () => {
    const world = new World();
    const credentials = () => new Promise<never>(() => {});
    expect(await world.check({ whoami, credentials })).toEqual({
      socket: `failed: ${reason}`,
      clock: "skipped: no-socket",
      microphone: "ok",
      camera: "ok",
      stun: "skipped: no-socket",
      "turn-udp": "skipped: no-socket",
      "turn-tcp": "skipped: no-socket",
      "turn-tls": "skipped: no-socket",
    });
    expect(world.clock.waiting).toBe(0);
  });
}

for (const [offsetMs, outcome] of [
  [0, "ok"],
  [5_000, "ok"],
  [5_001, "failed: skewed"],
  [-3_600_000, "failed: skewed"],
] as const) {
  test(`a server clock that is ${offsetMs} ms ahead is ${outcome}`, async () => {
    const world = new World();
    world.offsetMs = offsetMs;
    const check = beginCheck(world.deps);
    await world.clock.advance(1_000);
    expect(said(check).clock).toBe(outcome);
    expect(check.store.get().steps.find(({ step }) => step === "clock")?.offsetMs).toBe(offsetMs);
  });
}

for (const [state, outcome] of [
  ["granted", "ok"],
  ["prompt", "ok: asks-first"],
  ["denied", "failed: blocked"],
] as const) {
  test(`a permission that is ${state} is ${outcome}, and nobody is asked`, async () => {
    const world = new World();
    const queryPermission = async () => Object.assign(new EventTarget(), { state });
    const found = await world.check({ queryPermission });
    expect([found.microphone, found.camera]).toEqual([outcome, outcome]);
  });
}

test("a browser that tells no permissions and has no WebRTC skips what it cannot do", async () => {
  const world = new World();
  const queryPermission = () => Promise.reject(new TypeError("no such name"));
  const skipped = "skipped: unsupported";
  expect(await world.check({ queryPermission, createConnection: null })).toEqual({
    socket: "ok",
    clock: "ok",
    microphone: skipped,
    camera: skipped,
    stun: skipped,
    "turn-udp": skipped,
    "turn-tcp": skipped,
    "turn-tls": skipped,
  });
});

test("a browser that throws ends the steps, and leaves nothing open", async () => {
  const world = new World();
  world.ice.throws = true;
  expect(await world.check()).toMatchObject({
    stun: "failed: unreachable",
    "turn-udp": "failed: unreachable",
  });
});

for (const ms of [0, 5, 55, 4_000]) {
  test(`stopped after ${ms} ms it is over at once, and nothing is left`, async () => {
    const world = new World();
    for (const url of [UDP, TCP, TLS, STUN]) world.ice.behaviours.set(url, "silent");
    const check = beginCheck(world.deps);
    await world.clock.advance(ms);
    check.stop();
    await check.finished;
    const { running, steps } = check.store.get();
    expect([running, world.ice.open]).toEqual([false, 0]);
    expect(steps.filter(({ status }) => status === "pending")).toEqual([]);
    expect(steps.find(({ step }) => step === "turn-udp")?.reason).toBe("stopped");
  });
}

test("a check shows as running before its part is loaded, and can be stopped then", async () => {
  const world = new World();
  const check = begin(world.deps);
  expect(check.store.get()).toEqual(newConnectivityState());
  check.stop();
  await check.finished;
  expect(check.store.get().running).toBe(false);
  expect(said(check).socket).toBe("skipped: stopped");
  expect([world.ice.open, world.clock.waiting]).toEqual([0, 0]);
});
