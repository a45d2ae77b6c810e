// How the packets of a call travel, as the statistics of both ends say it.

import type { EngineDevice } from "../engine.js";

/**
 * `direct udp`, or `relay` with the ways by which the ends reach their relays. An end whose packets come from the
 * other end's relay has none of its own.
 */
export type Route = string;

interface End {
  /** Whether a relay is on the way. */
  readonly relayed: boolean;
  /** The way to this end's own relay; null without one. */
  readonly own: string | null;
  readonly protocol: string;
}

/** The route of every connection of these devices, each once. */
export async function routesOf(devices: readonly EngineDevice[]): Promise<Route[]> {
  const ends = (await Promise.all(devices.map(endsOf))).flat();
  if (ends.length === 0 || ends.some((end) => end === null)) return ["none"];
  const known = ends.filter((end) => end !== null);
  const relayed = known.filter((end) => end.relayed);
  const ways = new Set(relayed.map((end) => end.own).filter((own) => own !== null));
  return [
    ...new Set(known.filter((end) => !end.relayed).map((end) => `direct ${end.protocol}`)),
    ...(relayed.length === 0 ? [] : [`relay ${[...ways].sort().join(" and ")}`]),
  ];
}

/** The ends of a device's connections; null for one that is not connected. */
async function endsOf(device: EngineDevice): Promise<(End | null)[]> {
  return device.page.run(async () => {
    type Entry = Readonly<Record<string, unknown>>;
    const dumps = (await window.aethexProbes?.connections.dump()) ?? [];
    return dumps.map((dump) => {
      const { stats } = dump as { stats: readonly Entry[] };
      const entry = (id: unknown): Entry | undefined => stats.find((one) => one.id === id);
      const transport = stats.find((one) => one.type === "transport" && one.dtlsState === "connected");
      const pair = entry(transport?.selectedCandidatePairId);
      const [local, remote] = [entry(pair?.localCandidateId), entry(pair?.remoteCandidateId)];
      if (local === undefined || remote === undefined) return null;
      const own = local.candidateType === "relay" ? String(local.relayProtocol) : null;
      return {
        relayed: own !== null || remote.candidateType === "relay",
        own,
        protocol: String(local.protocol),
      };
    });
  }, undefined);
}
