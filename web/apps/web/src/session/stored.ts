// What of a session outlives the page.

import type { User } from "@aethex/calls-client";

/**
 * The refresh token and whose it is.
 *
 * The access token (15 minutes) lives in memory only. The refresh token is in `localStorage`, because
 * a person stays signed in over reloads and shares the session between tabs. The price: a script that
 * runs on this origin could read it. That is what the Content Security Policy (own scripts only, no
 * inline code) is there to rule out, and a stolen token shows: it is good for one use, and when a used
 * one comes back the server ends all sessions of the person. An `HttpOnly` cookie would hide it from
 * scripts, but such a script could still act as the person, and every request would then need
 * protection from forgery by other sites.
 */
export interface StoredSession {
  readonly refreshToken: string;
  readonly user: User;
}

/** Where {@link StoredSession} is kept. */
export const SESSION_KEY = "aethex.session";

/** The part of `Storage` that is used. */
export type KeyValue = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Reads the session; null when there is none, or what is there is none of ours. */
export function readSession(storage: KeyValue): StoredSession | null {
  return parseSession(storage.getItem(SESSION_KEY));
}

/** The session in a stored text. */
export function parseSession(text: string | null): StoredSession | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isStored(value) ? value : null;
  } catch {
    return null;
  }
}

/** Keeps the session; null forgets it. */
export function writeSession(storage: KeyValue, session: StoredSession | null): void {
  if (session === null) storage.removeItem(SESSION_KEY);
  else storage.setItem(SESSION_KEY, JSON.stringify(session));
}

function isStored(value: unknown): value is StoredSession {
  if (typeof value !== "object" || value === null) return false;
  const { refreshToken, user } = value as Record<string, unknown>;
  if (typeof refreshToken !== "string" || typeof user !== "object" || user === null) return false;
  const { id, identifier, name } = user as Record<string, unknown>;
  return [id, identifier, name].every((text) => typeof text === "string");
}
