// Starting and joining calls from a page of the app.

import type { CallType } from "@aethex/calls-client";
import { useCallback } from "react";
import { useApp, usePersonal } from "../frame/scopes.js";

/** The ways into a call; each shows it on the whole window. */
export interface WaysIntoCall {
  /** Calls everybody else in a conversation. */
  start(conversationId: string, type: CallType): void;
  /** Joins a call that runs. */
  join(callId: string, video: boolean): void;
}

/** What buttons do that start calls. */
export function useStartCall(): WaysIntoCall {
  const { router } = useApp();
  const { client } = usePersonal();
  const start = useCallback(
    (conversationId: string, type: CallType) => {
      client.start({ conversationId, type, audio: true, video: type === "video" });
      router.go({ page: "call" });
    },
    [client, router],
  );
  const join = useCallback(
    (callId: string, video: boolean) => {
      client.answer(callId, { audio: true, video });
      router.go({ page: "call" });
    },
    [client, router],
  );
  return { start, join };
}
