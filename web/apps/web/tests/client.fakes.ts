// A client that does nothing, and the configuration of a server, for tests.

import { type CallClient, type ClientState, type ConfigResponse, createStore } from "@aethex/calls-client";
import { ANN } from "./fakes.js";

/** What of the configuration the screens look at. */
export function config(more: Partial<ConfigResponse>): ConfigResponse {
  return {
    protocol: 1,
    serverTime: "2025-01-10T14:00:00.000Z",
    identity: "embedded",
    registration: "open",
    features: { turn: false, sfu: false, recording: false, callWaiting: true },
    limits: {
      maxParticipants: 4,
      maxRinging: 10,
      maxMetadataBytes: 4096,
      maxSdpBytes: 262_144,
      maxCandidateBytes: 2048,
      maxHeldCandidates: 64,
      meshParticipants: 4,
    },
    times: {} as ConfigResponse["times"],
    ice: { transportPolicy: "all", stunUrls: [] },
    ...more,
  };
}

/** A client in no call. */
export function quietClient(disposed: () => void): CallClient {
  const device = { wanted: false, status: "off", error: null, deviceId: null, track: null } as const;
  return {
    store: createStore<ClientState>({
      connection: "connected",
      self: ANN,
      config: config({}),
      rings: [],
      ringOver: null,
      missed: { count: 0, newest: [] },
      presence: new Map(),
    }),
    session: createStore({ current: null }),
    preview: {
      store: createStore({
        microphone: device,
        camera: device,
        screen: { status: "off", error: null, track: null, audio: false } as const,
        devices: [],
        speakerId: null,
      }),
      levels: { subscribe: () => () => undefined },
      setMicrophone: async () => undefined,
      setCamera: async () => undefined,
      chooseDevice: async () => undefined,
      refreshDevices: async () => undefined,
      stop: () => undefined,
    },
    start: () => {
      throw new Error("nobody calls here");
    },
    answer: () => {
      throw new Error("nobody answers here");
    },
    decline: async () => undefined,
    resume: async () => null,
    setIceTransportPolicy: () => undefined,
    checkConnectivity: () => {
      throw new Error("nobody checks anything here");
    },
    dismiss: () => undefined,
    dispose: disposed,
  };
}
