// Conversations, past calls and a socket for tests.

import type { Conversation, HistoryEntry } from "@aethex/calls-client";
import type { LiveSocket } from "../src/session/socket.js";
import { ANN, BOB } from "./fakes.js";

/** A direct conversation of Ann and Bob. */
export function conversation(id: string, more: Partial<Conversation> = {}): Conversation {
  return {
    id,
    kind: "direct",
    title: null,
    members: [ANN, BOB].map((user) => ({
      userId: user.id,
      userName: user.name,
      userIdentifier: user.identifier,
      role: "member",
      online: false,
    })),
    createdAt: "2025-01-10T10:00:00.000Z",
    activeCallId: null,
    ...more,
  };
}

/** A past call of Ann and Bob. */
export function pastCall(id: string, more: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    id,
    conversationId: "c1",
    type: "audio",
    status: "ended",
    direction: "incoming",
    outcome: "answered",
    initiatedBy: BOB.id,
    createdAt: "2025-01-10T14:00:00.000Z",
    startedAt: "2025-01-10T14:00:05.000Z",
    endedAt: "2025-01-10T14:02:05.000Z",
    duration: 120,
    ownDuration: 120,
    endReason: "ended-by-user",
    endedBy: BOB.id,
    participants: [],
    videoUsed: false,
    screenUsed: false,
    topology: "mesh",
    quality: null,
    recordingUrl: null,
    metadata: null,
    missedReason: null,
    seenAt: null,
    ...more,
  };
}

/** A socket that a test moves. */
export class FakeSocket implements LiveSocket {
  connected = false;
  active = false;
  readonly calls: string[] = [];
  readonly #listeners = new Map<string, Set<(...args: unknown[]) => void>>();

  on(event: string, listener: (...args: unknown[]) => void): void {
    const known = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, known.add(listener));
  }

  off(event: string, listener: (...args: unknown[]) => void): void {
    this.#listeners.get(event)?.delete(listener);
  }

  emit(): void {}

  timeout(): { emit(): void } {
    return { emit: () => undefined };
  }

  connect(): void {
    this.calls.push("connect");
    this.active = true;
  }

  disconnect(): void {
    this.calls.push("disconnect");
    this.active = false;
    this.connected = false;
  }

  /** The server, or the library, says something. */
  hear(event: string, ...args: unknown[]): void {
    if (event === "connect") this.connected = true;
    if (event === "disconnect") {
      this.connected = false;
      this.active = args[0] !== "io server disconnect";
    }
    if (event === "connect_error") this.active = false;
    for (const listener of this.#listeners.get(event) ?? []) listener(...args);
  }

  get listeners(): number {
    return [...this.#listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }
}
