// The REST requests this app makes, typed by the wire contract.

import type {
  Block,
  CallResponse,
  ConfigResponse,
  Conversation,
  ConversationResponse,
  CreateConversationRequest,
  HistoryEntry,
  HistoryQuery,
  LoginRequest,
  MissedQuery,
  MissedSeenResponse,
  Page,
  PageQuery,
  RegisterRequest,
  SessionResponse,
  Status,
  StatusRequest,
  TokensResponse,
  User,
  UserResponse,
  UserSearchQuery,
} from "@aethex/calls-client";
import type { ApiRequest, Transport } from "./transport.js";

/** Requests that need no token. */
export interface OpenApi {
  config(signal?: AbortSignal): Promise<ConfigResponse>;
  register(request: RegisterRequest): Promise<SessionResponse>;
  login(request: LoginRequest): Promise<SessionResponse>;
  refresh(refreshToken: string): Promise<TokensResponse>;
  logout(refreshToken: string): Promise<void>;
}

/** Requests in the name of the person who is signed in. */
export interface PersonApi {
  me(): Promise<UserResponse>;
  rename(name: string): Promise<UserResponse>;
  setStatus(request: StatusRequest): Promise<Status>;
  people(query: UserSearchQuery, signal?: AbortSignal): Promise<Page<User>>;
  blocks(): Promise<Page<Block>>;
  block(userId: string): Promise<void>;
  unblock(userId: string): Promise<void>;
  conversations(query: PageQuery): Promise<Page<Conversation>>;
  conversation(id: string): Promise<Conversation>;
  createConversation(request: CreateConversationRequest): Promise<Conversation>;
  retitle(id: string, title: string | null): Promise<Conversation>;
  addMembers(id: string, userIds: readonly string[]): Promise<Conversation>;
  removeMember(id: string, userId: string): Promise<void>;
  history(query: HistoryQuery, signal?: AbortSignal): Promise<Page<HistoryEntry>>;
  missed(query: MissedQuery): Promise<Page<HistoryEntry>>;
  missedSeen(): Promise<MissedSeenResponse>;
  call(id: string): Promise<CallResponse>;
}

/** Sends a request and trusts the server that the answer has the form of the contract. */
function sender(transport: Transport) {
  return <T>(request: ApiRequest): Promise<T> => transport(request) as Promise<T>;
}

/** The open requests over a transport. */
export function createOpenApi(transport: Transport): OpenApi {
  const send = sender(transport);
  return {
    config: (signal) => send({ method: "GET", path: "/api/calls/config", signal }),
    register: (body) => send({ method: "POST", path: "/api/auth/register", body }),
    login: (body) => send({ method: "POST", path: "/api/auth/login", body }),
    refresh: (refreshToken) => send({ method: "POST", path: "/api/auth/refresh", body: { refreshToken } }),
    logout: (refreshToken) => send({ method: "POST", path: "/api/auth/logout", body: { refreshToken } }),
  };
}

/** The person's requests over a transport that adds the token. */
export function createPersonApi(transport: Transport): PersonApi {
  const send = sender(transport);
  const inner = async (request: ApiRequest): Promise<Conversation> =>
    (await send<ConversationResponse>(request)).conversation;
  const at = (id: string): string => `/api/conversations/${encodeURIComponent(id)}`;
  return {
    me: () => send({ method: "GET", path: "/api/users/me" }),
    rename: (name) => send({ method: "PATCH", path: "/api/users/me", body: { name } }),
    setStatus: (body) => send({ method: "PUT", path: "/api/users/me/status", body }),
    people: (query, signal) => send({ method: "GET", path: "/api/users", query: { ...query }, signal }),
    blocks: () => send({ method: "GET", path: "/api/users/me/blocks", query: { limit: 100 } }),
    block: (id) => send({ method: "PUT", path: `/api/users/me/blocks/${encodeURIComponent(id)}` }),
    unblock: (id) => send({ method: "DELETE", path: `/api/users/me/blocks/${encodeURIComponent(id)}` }),
    conversations: (query) => send({ method: "GET", path: "/api/conversations", query: { ...query } }),
    conversation: (id) => inner({ method: "GET", path: at(id) }),
    createConversation: (body) => inner({ method: "POST", path: "/api/conversations", body }),
    retitle: (id, title) => inner({ method: "PATCH", path: at(id), body: { title } }),
    addMembers: (id, userIds) => inner({ method: "POST", path: `${at(id)}/members`, body: { userIds } }),
    removeMember: (id, userId) =>
      send({ method: "DELETE", path: `${at(id)}/members/${encodeURIComponent(userId)}` }),
    history: (query, signal) => send({ method: "GET", path: "/api/calls", query: { ...query }, signal }),
    missed: (query) => send({ method: "GET", path: "/api/calls/missed", query: { ...query } }),
    missedSeen: () => send({ method: "POST", path: "/api/calls/missed/seen", body: {} }),
    call: (id) => send({ method: "GET", path: `/api/calls/${encodeURIComponent(id)}` }),
  };
}
