// What the parts of a session get of it.

import type { LevelSources } from "../media/index.js";
import type { SfuOptions } from "../sfu/index.js";
import type { LinksOptions } from "./links.js";
import type { MediaStateOptions } from "./mediaStateSync.js";
import type { MonitorOptions } from "./monitor.js";
import { sendQuality, sendSignal } from "./sending.js";
import type { Session } from "./session.js";
import type { SfuAccessOptions } from "./sfuAccess.js";

/** The name under which the server's own media is addressed. */
export const SERVER = "sfu";

/** For the direct connections. */
export function linksParts(session: Session): LinksOptions {
  const { deps } = session;
  return {
    clock: deps.clock,
    outgoing: deps.media.outgoing,
    createConnection: () => deps.createConnection(session.turn.configuration()),
    send(userId, signal) {
      const callId = session.seatedIn;
      if (callId !== null) sendSignal(deps.signalling, callId, userId, signal);
    },
    reachable: () => session.seatedIn !== null,
    changed: () => session.update(),
  };
}

/** For how loud everybody is. */
export function levelsParts({ deps, sfu, links }: Session): LevelSources {
  return {
    local: () => deps.media.store.get().microphone.track,
    remote: (userId) => sfu.session?.loudness(userId) ?? links.loudness(userId),
  };
}

/** For the measurements. */
export function monitorParts(session: Session): MonitorOptions {
  const { deps, links, sfu, store } = session;
  return {
    clock: deps.clock,
    links,
    server: () => sfu.session?.sample() ?? null,
    media: deps.media,
    choice: () => store.get().qualityChoice,
    sampled(quality, stats) {
      store.patch({ quality });
      const callId = session.seatedIn;
      if (callId !== null) sendQuality(deps.signalling, callId, quality, stats);
      session.update();
    },
  };
}

/** For telling what is on. */
export function mediaStateParts(session: Session): MediaStateOptions {
  const { signalling, clock, media } = session.deps;
  return {
    signalling,
    clock,
    wanted: () => session.wanted(),
    muted: () => {
      media.muteByOthers();
      session.happened("muted-by-host");
    },
    failed: (error) => session.happened("request-failed", error),
  };
}

/** For the access to media through the server. */
export function accessParts(session: Session): SfuAccessOptions {
  return {
    clock: session.deps.clock,
    parts: (selfId) => sfuParts(session, selfId),
    spoken: () => session.links.transport() === "connected",
    changed: () => session.update(),
  };
}

/** For media through the server itself. */
function sfuParts(session: Session, selfId: string): SfuOptions {
  const { deps, links, playback, turn } = session;
  const { clock, media, signalling } = deps;
  return {
    clock,
    selfId,
    sources: media.sources,
    choice: () => session.store.get().qualityChoice,
    createConnection: () => deps.createConnection(turn.configuration()),
    playback,
    volumeOf: (userId) => session.volumes.get(userId) ?? 1,
    direct: () => links.facts(),
    directPacket: (userId) => links.packet(userId),
    closeDirect: () => links.closeAll(),
    reachable: () => session.seatedIn !== null,
    changed: () => session.update(),
    send(transport, signal) {
      const callId = session.seatedIn;
      if (callId !== null) sendSignal(signalling, callId, SERVER, signal, transport);
    },
    subscribe(slots, refused) {
      const callId = session.seatedIn;
      if (callId === null) return refused();
      signalling.tell("call:subscribe", { callId, slots }, (error) => {
        console.debug("call:subscribe was refused", error);
        if (error.refusal?.retryable === true) refused();
      });
    },
    tell(state) {
      const callId = session.seatedIn;
      if (callId === null) return;
      signalling.tell("call:transport-state", { callId, state, leg: "sfu", transport: "subscriber" });
    },
  };
}
