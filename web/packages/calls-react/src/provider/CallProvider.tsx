// The root of a product's calls: the client, the look and the language of everything below.

import { type CallClient, type CallClientOptions, createCallClient } from "@aethex/calls-client";
import { type ReactElement, type ReactNode, useEffect, useMemo, useState } from "react";
import { Surface, type SurfaceProps } from "../theme/index.js";
import { ClientScope } from "./client.js";
import { createLease } from "./lease.js";
import { type CallFeatures, CallOptionsScope } from "./options.js";

/** What {@link CallProvider} takes. Give a `client`, or the `connection` to make one of. */
export interface CallProviderProps
  extends Pick<SurfaceProps, "theme" | "locale" | "messages" | "nonce" | "className"> {
  /** A client that the caller owns, and disposes of; null while it is not there yet. */
  readonly client?: CallClient | null | undefined;
  /** What to make a client of; read once, at mount. The client lives as long as the provider. */
  readonly connection?: CallClientOptions | undefined;
  readonly features?: CallFeatures | undefined;
  /**
   * Hides the person's address from the others: calls go through the relay, those that run too. The client's own
   * choice when left out.
   */
  readonly relayOnly?: boolean | undefined;
  readonly children?: ReactNode;
}

const NO_FEATURES_OFF: CallFeatures = {};

/**
 * Gives a client to the pieces below, with theme, language and direction. Nothing is shown below it before
 * the client is there, which is right after the first commit.
 *
 * @throws Error when neither `client` nor `connection` is given.
 */
export function CallProvider(props: CallProviderProps): ReactElement {
  const { client, connection, features = NO_FEATURES_OFF, relayOnly, children, ...look } = props;
  const own = useOwnClient(client === undefined ? connection : undefined);
  const current = client ?? own;
  if (client === undefined && connection === undefined) {
    throw new Error("<CallProvider> needs a client, or a connection to make one of.");
  }
  useEffect(() => {
    if (relayOnly !== undefined) current?.setIceTransportPolicy(relayOnly ? "relay" : null);
  }, [current, relayOnly]);
  const options = useMemo(() => ({ features }), [features]);
  return (
    <Surface {...look}>
      <CallOptionsScope.Provider value={options}>
        {current === null ? null : <ClientScope.Provider value={current}>{children}</ClientScope.Provider>}
      </CallOptionsScope.Provider>
    </Surface>
  );
}

/** A client that lives as long as the component; null before it is there, and without a connection. */
function useOwnClient(connection: CallClientOptions | undefined): CallClient | null {
  const [client, setClient] = useState<CallClient | null>(null);
  const [lease] = useState(() =>
    connection === undefined
      ? null
      : createLease(
          () => createCallClient(connection),
          (made) => made.dispose(),
        ),
  );
  useEffect(() => {
    if (lease === null) return;
    setClient(lease.acquire());
    return () => lease.release();
  }, [lease]);
  return client;
}
