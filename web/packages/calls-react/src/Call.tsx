// `<Call>`: a whole call for a page that has a socket and nothing else.

import type { CallClient, CallSession, CallSocket, CallType } from "@aethex/calls-client";
import { type ReactElement, useEffect, useRef, useState } from "react";
import styles from "./Call.module.css";
import { CallScreen, type CallScreenProps } from "./entry/CallScreen.js";
import type { KnownPerson } from "./entry/RingingScreen.js";
import { useI18n } from "./i18n/index.js";
import { CallProvider, type CallProviderProps } from "./provider/CallProvider.js";
import { beginCall, type CallRun, type MakeClient } from "./provider/callRun.js";
import { createLease } from "./provider/lease.js";
import { newKey } from "./provider/newKey.js";
import { useSelector } from "./store/index.js";
import { type CallEnd, callEndOf } from "./words/callEnd.js";
import { endedText } from "./words/endedText.js";

/** What {@link Call} takes: the four founding props, and options. */
export interface CallProps
  extends Pick<CallProviderProps, "theme" | "locale" | "messages" | "nonce" | "features" | "relayOnly">,
    Pick<CallScreenProps, "layout" | "slots" | "candidates"> {
  /** A connected, or connecting, socket.io-client socket; it stays the caller's. Read once, at mount. */
  readonly socket: CallSocket;
  readonly conversationId: string;
  /** Whom to call; everybody else in the conversation when left out or empty. */
  readonly participants?: readonly KnownPerson[];
  /**
   * Told once per call, when the screen may go: at once after a goodbye; when the person has closed the
   * screen that says why, after a call that did not come about or broke.
   */
  readonly onCallEnd?: (end: CallEnd) => void;
  /** Answer, or join, this call instead of starting one. */
  readonly callId?: string;
  /** `video` when left out. */
  readonly type?: CallType;
  /** Gives a fresh access token; used when the server says that the one in use runs out. */
  readonly getToken?: () => string | Promise<string>;
  /** `page` lies over everything, `place` fills the element around. `page` when left out. */
  readonly placement?: "page" | "place";
  /** Makes the client; for tests and for products that bring their own. */
  readonly createClient?: MakeClient;
}

/**
 * Starts a call when it is mounted, or answers `callId`, and leaves it when it is unmounted. Mounted twice by
 * StrictMode, it still makes one call.
 */
export function Call(props: CallProps): ReactElement {
  const { theme, locale, messages, nonce, features, relayOnly, placement = "page" } = props;
  const client = useCallRun(props);
  return (
    <CallProvider
      theme={theme}
      locale={locale}
      messages={messages}
      nonce={nonce}
      features={features}
      relayOnly={relayOnly}
      client={client}
      className={placement === "page" ? styles.page : styles.place}
    >
      {client === null ? null : <Current {...props} client={client} />}
    </CallProvider>
  );
}

/** The client, from right after the first commit on. */
function useCallRun(props: CallProps): CallClient | null {
  const [run, setRun] = useState<CallRun | null>(null);
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const [lease] = useState(() => {
    const idempotencyKey = newKey();
    return createLease(
      () => {
        const {
          socket,
          conversationId,
          participants,
          callId,
          type = "video",
          getToken,
          relayOnly = false,
          createClient,
        } = latest.current;
        const participantIds = participants?.map((one) => one.userId) ?? [];
        return beginCall(
          {
            connection: {
              socket,
              ...(getToken === undefined ? {} : { getToken: () => (latest.current.getToken ?? getToken)() }),
              ...(relayOnly ? { iceTransportPolicy: "relay" } : {}),
            },
            callId,
            start: {
              conversationId,
              type,
              idempotencyKey,
              ...(participantIds.length > 0 ? { participantIds } : {}),
              ...(type === "video" ? {} : { video: false }),
            },
          },
          createClient,
        );
      },
      (ending) => ending.stop(),
    );
  });
  useEffect(() => {
    setRun(lease.acquire());
    return () => lease.release();
  }, [lease]);
  return run?.client ?? null;
}

function Current({ client, ...props }: CallProps & { readonly client: CallClient }): ReactElement | null {
  const session = useSelector(client.session, (value) => value.current);
  const [closed, setClosed] = useState<CallSession | null>(null);
  if (session === null || session === closed) return null;
  return <Told {...props} session={session} onClosed={() => setClosed(session)} />;
}

function Told(
  props: CallProps & { readonly session: CallSession; readonly onClosed: () => void },
): ReactElement {
  const { session, participants, layout, slots, candidates, onCallEnd, features, onClosed } = props;
  const { t } = useI18n();
  const told = useRef<CallSession | null>(null);
  const tell = (about: CallSession): void => {
    const end = callEndOf(about.store.get());
    if (end === null || told.current === about) return;
    told.current = about;
    onCallEnd?.(end);
  };
  const atOnce = useSelector(session.store, (state) => {
    const said = endedText(state, t);
    return said !== null && (said.ordinary || features?.endedScreen === false);
  });
  const latestTell = useRef(tell);
  useEffect(() => {
    latestTell.current = tell;
  });
  useEffect(() => {
    if (atOnce) latestTell.current(session);
  }, [atOnce, session]);
  return (
    <CallScreen
      session={session}
      people={participants}
      layout={layout}
      slots={slots}
      candidates={candidates}
      onDone={() => {
        onClosed();
        tell(session);
      }}
    />
  );
}

export default Call;
