// Keeps the lists true by what the server tells over the socket.

import type { CallId, ConversationId, UserId } from "@aethex/calls-client";
import type { PersonApi } from "../api/rest.js";
import type { LiveSocket } from "../session/socket.js";
import type { Conversations } from "../stores/conversations.js";
import type { CallHistory } from "../stores/history.js";
import type { Missed } from "../stores/missed.js";
import type { Profile } from "../stores/profile.js";

/** What is kept true. */
export interface Followed {
  readonly socket: Pick<LiveSocket, "on" | "off">;
  readonly api: Pick<PersonApi, "call">;
  readonly conversations: Conversations;
  readonly recent: CallHistory;
  readonly missed: Missed;
  readonly profile: Profile;
  readonly warn: (error: unknown) => void;
}

interface OfCall {
  readonly callId: CallId;
}

interface OfConversation extends OfCall {
  readonly conversationId: ConversationId;
}

/** The server's events that are listened to, with their payloads as the wire contract says. */
interface Heard {
  readonly connect: undefined;
  readonly "presence:changed": { readonly userId: UserId; readonly online: boolean };
  readonly "call:incoming": OfConversation;
  readonly "call:state": OfConversation;
  readonly "call:ringing": OfCall;
  readonly "call:accepted": OfCall;
  readonly "call:participant-joined": OfCall;
  readonly "call:ended": OfCall;
  readonly "call:missed": OfCall;
  readonly "call:missed-unseen": { readonly count: number };
}

/** Begins to follow; returns what ends it. */
export function followServer(parts: Followed): () => void {
  const { socket, api, conversations, recent, missed, profile, warn } = parts;
  const runs = ({ conversationId, callId }: OfConversation): void => {
    const known = conversations.store.get().value?.some((one) => one.id === conversationId) ?? false;
    if (known) conversations.callStarted(conversationId, callId);
    else conversations.loadOne(conversationId).catch(warn);
  };
  /** A call of one's own that was started on another device comes without its conversation. */
  const heardOf = ({ callId }: OfCall): void => {
    if (conversations.store.get().value?.some((one) => one.activeCallId === callId)) return;
    api
      .call(callId)
      .then(({ call }) => {
        if (call.endedAt === null) runs({ conversationId: call.conversationId, callId });
      })
      .catch(warn);
  };
  const undo: (() => void)[] = [];
  const hear = <E extends keyof Heard>(event: E, work: (payload: Heard[E]) => void): void => {
    const listener = (payload: unknown): void => {
      if (event !== "connect" && (typeof payload !== "object" || payload === null)) return;
      // The server keeps to the wire contract: its types are generated from the server.
      work(payload as Heard[E]);
    };
    socket.on(event, listener);
    undo.push(() => socket.off(event, listener));
  };
  hear("connect", () => {
    void conversations.load();
    void recent.refresh();
    void missed.refresh();
    void profile.load();
  });
  hear("presence:changed", ({ userId, online }) => conversations.presence(userId, online));
  hear("call:incoming", runs);
  hear("call:state", runs);
  hear("call:ringing", heardOf);
  hear("call:accepted", heardOf);
  hear("call:participant-joined", heardOf);
  hear("call:ended", ({ callId }) => {
    conversations.callEnded(callId);
    void recent.refresh();
    void missed.refresh();
  });
  hear("call:missed", () => void missed.refresh());
  hear("call:missed-unseen", ({ count }) => missed.told(count));
  return () => {
    for (const step of undo) step();
  };
}
