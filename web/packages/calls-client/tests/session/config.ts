// What the server says of itself, as a fresh installation does.

import type { ConfigResponse } from "../../src/wire/index.js";

export const CONFIG: ConfigResponse = {
  protocol: 1,
  serverTime: "2025-01-10T14:30:00.000Z",
  identity: "embedded",
  registration: "open",
  features: { turn: true, sfu: false, recording: false, callWaiting: true },
  limits: {
    maxParticipants: 4,
    maxRinging: 10,
    maxMetadataBytes: 4_096,
    maxSdpBytes: 262_144,
    maxCandidateBytes: 2_048,
    maxHeldCandidates: 64,
    meshParticipants: 4,
  },
  times: {
    ringMs: 45_000,
    leastRingMs: 3_000,
    shownAfterMs: 2_000,
    resumeWindowMs: 30_000,
    restartWindowMs: 60_000,
    emptyGraceMs: 20_000,
    aloneMs: 300_000,
    maxDurationMs: 86_400_000,
  },
  ice: { transportPolicy: "all", stunUrls: [] },
};
