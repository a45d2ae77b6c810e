// "Hide my address": kept in this browser, and told to the client before and during a call.

import type { CallClientOptions, IceTransport } from "@aethex/calls-client";
import { expect, test } from "vitest";
import { createApp } from "../src/frame/app.js";
import { PREFERENCES_KEY, parsePreferences } from "../src/stores/preferences.js";
import { FakeSocket } from "./calls.fakes.js";
import { quietClient } from "./client.fakes.js";
import { ANN, fakeBar, fakeServer, locksOfOneBrowser, memoryStorage } from "./fakes.js";

function open(stored: Record<string, string>) {
  const made: CallClientOptions[] = [];
  const set: (IceTransport | null)[] = [];
  const storage = memoryStorage(stored);
  const app = createApp({
    fetcher: fakeServer({}).fetcher,
    storage,
    bar: fakeBar("/"),
    exclusive: locksOfOneBrowser(),
    deviceId: "tab-1",
    openSocket: () => new FakeSocket(),
    makeClient: (options) => {
      made.push(options);
      const client = quietClient(() => undefined);
      return { ...client, setIceTransportPolicy: (policy) => void set.push(policy) };
    },
    now: () => 0,
    after: () => () => undefined,
    onWake: () => () => undefined,
    warn: () => undefined,
    languages: [],
    nonce: undefined,
  });
  return { app, made, set, storage, personal: app.personalOf(ANN) };
}

test("it is off until somebody wants it, and nonsense in the storage does not switch it on", () => {
  expect(parsePreferences(null).relayOnly).toBe(false);
  expect(parsePreferences('{"relayOnly":"yes"}').relayOnly).toBe(false);
  expect(parsePreferences('{"relayOnly":true}').relayOnly).toBe(true);
});

test("the client has it from its beginning, and hears of each change until one signs out", () => {
  const { app, made, set, storage, personal } = open({ [PREFERENCES_KEY]: '{"relayOnly":true}' });
  expect(made.map((one) => one.iceTransportPolicy)).toEqual(["relay"]);
  app.preferences.change({ relayOnly: false });
  app.preferences.change({ relayOnly: true });
  expect(set).toEqual([null, "relay"]);
  expect(parsePreferences(storage.getItem(PREFERENCES_KEY)).relayOnly).toBe(true);
  personal.dispose();
  app.preferences.change({ relayOnly: false });
  expect(set).toHaveLength(2);
});

test("what another tab chose holds here too", () => {
  const { app, made, set } = open({});
  expect(made.map((one) => one.iceTransportPolicy)).toEqual([null]);
  app.preferences.storageChanged(PREFERENCES_KEY, '{"relayOnly":true}');
  expect(set).toEqual(["relay"]);
});
