// From which connection each person is heard while a call moves to the server or back: the new one when it has arrived.

import type { Topology } from "../wire/index.js";

/** A sound that has begun to come, as it is seen from time to time. */
export interface Flow {
  /** The newest packet (RTP timestamp), and when it was first seen. */
  readonly packet: number;
  readonly atMs: number;
  /** Since when it comes without a gap. */
  readonly sinceMs: number;
}

/**
 * A receiver that has just begun finds the right delay by and by, and stumbles meanwhile: who is changed over at the
 * first packet hears that. Longer leaves less of the time that the old way has.
 */
export const STEADY_MS = 1_000;

/** Without a new packet for so long the sound has a gap. Somebody who is silent has many (RFC 7587 §3.1.3, DTX). */
const GAP_MS = 150;

/** The next look at a sound; `packet` is its newest, null before the first. */
export function flowStep(before: Flow | null, packet: number | null, nowMs: number): Flow | null {
  if (packet === null) return null;
  if (before === null) return { packet, atMs: nowMs, sinceMs: nowMs };
  if (packet === before.packet) return before;
  const gap = nowMs - before.atMs > GAP_MS;
  return { packet, atMs: nowMs, sinceMs: gap ? nowMs : before.sinceMs };
}

/** Whether it has come without a gap for long enough, and still does. */
export function isSteady(flow: Flow | null, nowMs: number): boolean {
  return flow !== null && nowMs - flow.sinceMs >= STEADY_MS && nowMs - flow.atMs <= GAP_MS;
}

/** Where somebody's sound is taken from. */
export type Way = "direct" | "server";

/** What is known of somebody's two ways. */
export interface Ways {
  /** There is a direct connection with them. */
  readonly direct: boolean;
  /** Their sound comes on it steadily. */
  readonly directArrived: boolean;
  /** Both connections with the server are up. */
  readonly server: boolean;
  /** Their sound comes through the server steadily. */
  readonly serverArrived: boolean;
}

/**
 * Somebody who is silent does not arrive at all: after so many milliseconds the new way counts without. Direct
 * connections live a little longer than that, so that the other side has changed over too when they end.
 */
export const ARRIVES_WITHIN_MS = 3_000;
export const DIRECT_KEPT_MS = 4_000;

/**
 * The way on which somebody is heard now; `before` is the one until now, `forMs` how long the topology holds. Who
 * was changed over stays so: a person who falls silent is no reason to go back.
 */
export function wayOf(topology: Topology, before: Way, ways: Ways, forMs: number): Way {
  if (!ways.direct) return "server";
  switch (topology) {
    case "mesh":
    case "upgrading":
      return "direct";
    case "sfu": {
      const arrives = ways.server && (ways.serverArrived || forMs >= ARRIVES_WITHIN_MS);
      return before === "server" || arrives ? "server" : "direct";
    }
    case "downgrading":
      return before === "direct" || ways.directArrived ? "direct" : "server";
  }
}
