// Everything that belongs to the person who is signed in, from sign-in to sign-out.

import type { CallClient, CallClientOptions, User } from "@aethex/calls-client";
import { createPersonApi, type PersonApi } from "../api/rest.js";
import type { Transport } from "../api/transport.js";
import { type Session, withToken } from "../session/session.js";
import { connectSocket, type LiveSocket, type SocketParts } from "../session/socket.js";
import { type Blocks, createBlocks } from "../stores/blocks.js";
import { type Conversations, createConversations } from "../stores/conversations.js";
import { type CallHistory, createHistory } from "../stores/history.js";
import { createMissed, type Missed } from "../stores/missed.js";
import { createPeople, type People } from "../stores/people.js";
import type { Preferences } from "../stores/preferences.js";
import { createProfile, type Profile } from "../stores/profile.js";
import { followServer } from "./followServer.js";

/** The person's own things. */
export interface Personal {
  readonly userId: string;
  readonly api: PersonApi;
  readonly client: CallClient;
  readonly socket: LiveSocket;
  readonly conversations: Conversations;
  /** The newest calls of all conversations. */
  readonly recent: CallHistory;
  readonly missed: Missed;
  readonly profile: Profile;
  readonly blocks: Blocks;
  /** A search for people, for one screen. */
  searchPeople(): People;
  dispose(): void;
}

/** What {@link createPersonal} is made of. */
export interface PersonalParts extends Omit<SocketParts, "deviceId"> {
  readonly transport: Transport;
  readonly preferences: Preferences;
  readonly deviceId: string;
  readonly makeClient: (options: CallClientOptions) => CallClient;
  /** Hears of failures that are nothing to interrupt a person for. */
  readonly warn: (error: unknown) => void;
}

/** A token for the socket must outlive the minute of notice that the server gives, in milliseconds. */
const FRESH_MS = 120_000;

/** Connects the person and begins to load what they see first. */
export function createPersonal(user: User, parts: PersonalParts): Personal {
  const { session, transport, preferences, deviceId, after, makeClient, warn } = parts;
  const api = createPersonApi(withToken(transport, session, () => deviceId));
  const conversations = createConversations(api);
  const recent = createHistory(api);
  const missed = createMissed(api, warn);
  const profile = createProfile(api);
  const blocks = createBlocks(api);
  const connection = connectSocket(parts);
  const { socket } = connection;
  const policy = () => (preferences.store.get().relayOnly ? "relay" : null);
  const client = makeClient({
    socket,
    getToken: () => session.token(FRESH_MS),
    iceTransportPolicy: policy(),
  });
  // The one of a call that runs too.
  const unprefer = preferences.store.subscribe(() => client.setIceTransportPolicy(policy()));
  const unfollow = followServer({ socket, api, conversations, recent, missed, profile, warn });
  client.resume().catch(warn);
  return {
    userId: user.id,
    api,
    client,
    socket,
    conversations,
    recent,
    missed,
    profile,
    blocks,
    searchPeople: () => createPeople(api, after),
    dispose() {
      unfollow();
      unprefer();
      client.dispose();
      connection.close();
    },
  };
}

/** Leaves a call that runs and signs out. The session ends here even when the server cannot be told. */
export async function signOut(session: Session, personal: Personal): Promise<void> {
  const current = personal.client.session.get().current;
  try {
    if (current !== null && current.store.get().phase !== "ended") await current.dispatch({ type: "leave" });
  } finally {
    await session.logout();
  }
}
