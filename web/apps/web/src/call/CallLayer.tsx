// Calls over every page: whoever rings, the call on the whole window, or its small player.

import type { CallSession } from "@aethex/calls-client";
import { CallScreen, IncomingCall, MiniPlayer, SessionProvider, useSelector } from "@aethex/calls-react";
import { useCallback, useEffect, useRef } from "react";
import { useApp, usePersonal } from "../frame/scopes.js";
import { useRoute } from "../router/useRoute.js";
import styles from "./CallLayer.module.css";
import { useCallPeople } from "./useCallPeople.js";

/** Mounted once, above the pages. */
export function CallLayer() {
  const { preferences, router } = useApp();
  const { client, userId } = usePersonal();
  const { page } = useRoute();
  const session = useSelector(client.session, ({ current }) => current);
  const ring = useSelector(preferences.store, (values) => values);
  const show = useCallback(() => router.go({ page: "call" }), [router]);
  useWayToCall(session);
  return (
    <>
      <IncomingCall
        soundEnabled={ring.ringSound}
        volume={ring.ringVolume}
        notifications={ring.notifications}
        ringScope={userId}
        onAnswered={show}
      />
      {session === null ? null : page === "call" ? (
        <FullCall session={session} />
      ) : (
        <SmallCall session={session} onExpand={show} />
      )}
    </>
  );
}

function FullCall({ session }: { session: CallSession }) {
  const { router } = useApp();
  const { client } = usePersonal();
  const region = useRef<HTMLDivElement>(null);
  const people = useCallPeople(session);
  useEffect(() => region.current?.focus({ preventScroll: true }), []);
  const away = (): void => {
    const { conversationId } = session.store.get();
    router.back(conversationId === null ? { page: "home" } : { page: "conversation", id: conversationId });
  };
  return (
    <div ref={region} tabIndex={-1} className={styles.full}>
      <CallScreen
        session={session}
        people={people}
        candidates={people}
        onMinimize={away}
        onDone={() => {
          client.dismiss();
          away();
        }}
      />
    </div>
  );
}

function SmallCall({ session, onExpand }: { session: CallSession; onExpand: () => void }) {
  const { client } = usePersonal();
  const over = useSelector(session.store, ({ phase }) => phase === "ended");
  // Nobody looks at the screen that says why it ended: there is nothing to keep.
  useEffect(() => {
    if (over) client.dismiss();
  }, [over, client]);
  if (over) return null;
  return (
    <SessionProvider session={session}>
      <div className={styles.small}>
        <MiniPlayer onBack={onExpand} />
      </div>
    </SessionProvider>
  );
}

/** A call that starts on this device, or comes back after a reload, is gone to; one that is dismissed is left. */
function useWayToCall(session: CallSession | null): void {
  const { router } = useApp();
  const before = useRef<CallSession | null>(null);
  useEffect(() => {
    const old = before.current;
    before.current = session;
    if (session !== null && session !== old) {
      const { page } = router.store.get().route;
      if (page !== "call") router.go({ page: "call" });
    }
  }, [session, router]);
}
