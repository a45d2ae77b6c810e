// Who has the floor: the one reader of all voices.

import { createStore } from "@aethex/calls-client";
import { useEffect, useState } from "react";
import { shallowEqual, useSelector, useSession } from "../store/index.js";
import { type Floor, followSpeakers, heard, QUIET_FLOOR, SILENT, takeFloor, type Voice } from "./speaking.js";

/**
 * Who speaks, or spoke last, among the others: as the server hears it where it does, else by the voices that
 * arrive here. Renders when that is somebody else.
 */
export function useFloor(): Floor {
  const session = useSession();
  const [store] = useState(() => createStore<Floor>(QUIET_FLOOR));
  const others = useSelector(
    session.store,
    (state) =>
      state.participants.filter((one) => !one.isSelf && one.status === "joined").map((one) => one.userId),
    shallowEqual,
  );
  const byServer = useSelector(session.store, (state) => state.topology === "sfu");
  useEffect(() => {
    if (byServer) return;
    const voices = new Map<string, Voice>();
    const stops = others.map((userId) =>
      session.levels.subscribe(userId, (level) => {
        const nowMs = performance.now();
        const voice = heard(voices.get(userId) ?? SILENT, level, nowMs);
        voices.set(userId, voice);
        if (!voice.speaking) return;
        const floor = store.get();
        const holder = floor.speaker === null ? undefined : voices.get(floor.speaker);
        store.set(takeFloor(floor, userId, holder?.speaking ?? false, nowMs));
      }),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }, [session, others, store, byServer]);
  useEffect(() => {
    if (!byServer) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = (): void => {
      clearTimeout(timer);
      const { speakers, selfId } = session.store.get();
      const heardHere = speakers.filter((userId) => userId !== selfId);
      const { floor, againInMs } = followSpeakers(store.get(), heardHere, performance.now());
      store.set(floor);
      // Nothing more may come from the server while the same person goes on.
      if (againInMs !== null) timer = setTimeout(follow, againInMs);
    };
    follow();
    const stop = session.store.subscribe(follow);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [session, store, byServer]);
  return useSelector(store, (floor) => floor);
}
