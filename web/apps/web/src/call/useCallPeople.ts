// Who a call is with, as far as the app knows before the server says so.

import type { CallSession, Conversation } from "@aethex/calls-client";
import { useSelector } from "@aethex/calls-react";
import { useMemo } from "react";
import { usePersonal } from "../frame/scopes.js";
import { othersIn } from "../stores/names.js";

/** The others of the call's conversation; undefined while it is not known. */
export function useCallPeople(session: CallSession): Conversation["members"] | undefined {
  const { conversations, userId } = usePersonal();
  const id = useSelector(session.store, ({ conversationId }) => conversationId);
  const conversation = useSelector(conversations.store, ({ value }) => value?.find((one) => one.id === id));
  return useMemo(
    () => (conversation === undefined ? undefined : [...othersIn(conversation, userId)]),
    [conversation, userId],
  );
}
