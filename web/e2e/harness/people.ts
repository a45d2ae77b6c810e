// People with accounts, and what they do over REST.

import { randomUUID } from "node:crypto";
import type { CallBody, ConversationResponse, HistoryEntry, SessionResponse } from "@aethex/calls-client";
import type { Server } from "./server.js";

/** Everybody's password. */
export const PASSWORD = "correct horse battery staple 7";

/** Somebody with an account. */
export class Person {
  readonly #server: Server;
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly token: string;

  constructor(server: Server, session: SessionResponse) {
    this.#server = server;
    this.id = session.user.id;
    this.name = session.user.name;
    this.email = session.user.identifier;
    this.token = session.accessToken;
  }

  /** A request in this person's name that must end well; its body. */
  async does<T>(method: string, path: string, body?: unknown, device?: string): Promise<T> {
    return request<T>(this.#server, method, path, body, {
      authorization: `Bearer ${this.token}`,
      ...(device === undefined ? {} : { "x-device-id": device }),
    });
  }

  /** The id of the direct conversation with somebody. */
  async direct(other: Person): Promise<string> {
    return this.#converse({ kind: "direct", memberIds: [other.id] });
  }

  /** The id of a new group with others. */
  async group(...others: Person[]): Promise<string> {
    return this.#converse({ kind: "group", title: "Friends", memberIds: others.map((one) => one.id) });
  }

  async #converse(body: unknown): Promise<string> {
    const made = await this.does<ConversationResponse>("POST", "/api/conversations", body);
    return made.conversation.id;
  }

  /** A call as the server knows it. */
  async call(callId: string): Promise<CallBody> {
    return (await this.does<{ call: CallBody }>("GET", `/api/calls/${callId}`)).call;
  }

  /** The calls of this person, newest first. */
  async history(): Promise<HistoryEntry[]> {
    return (await this.does<{ items: HistoryEntry[] }>("GET", "/api/calls")).items;
  }

  /** The calls this person missed and has not seen. */
  async missed(): Promise<HistoryEntry[]> {
    return (await this.does<{ items: HistoryEntry[] }>("GET", "/api/calls/missed?unseen=true")).items;
  }
}

/** An e-mail address that nobody has yet. */
export function freshEmail(name: string): string {
  return `${name
    .toLowerCase()
    .replaceAll(/[^a-z]/g, "")
    .slice(0, 16)}.${randomUUID().slice(0, 8)}@example.com`;
}

/** Makes an account. */
export async function register(server: Server, name: string): Promise<Person> {
  const body = { email: freshEmail(name), password: PASSWORD, name };
  return new Person(server, await request<SessionResponse>(server, "POST", "/api/auth/register", body, {}));
}

async function request<T>(
  server: Server,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<T> {
  const answer = await fetch(server.url + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? (undefined as T) : (JSON.parse(text) as T);
}
