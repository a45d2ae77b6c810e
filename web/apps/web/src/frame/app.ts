// The app before anybody signs in: what lives as long as the page.

import type { CallClient, CallClientOptions, User } from "@aethex/calls-client";
import { createOpenApi, type OpenApi } from "../api/rest.js";
import { createTransport } from "../api/transport.js";
import { type AddressBar, createRouter, type Router } from "../router/router.js";
import { createSession, type Exclusive, type Session } from "../session/session.js";
import type { OpenSocket } from "../session/socket.js";
import type { KeyValue } from "../session/stored.js";
import { createPreferences, type Preferences } from "../stores/preferences.js";
import { createPersonal, type Personal } from "./personal.js";

/** What the app gets from its page; tests bring their own. */
export interface AppParts {
  readonly fetcher: typeof fetch;
  readonly storage: KeyValue;
  readonly bar: AddressBar;
  readonly exclusive: Exclusive;
  readonly deviceId: string;
  readonly openSocket: OpenSocket;
  readonly makeClient: (options: CallClientOptions) => CallClient;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly after: (ms: number, work: () => void) => () => void;
  readonly onWake: (work: () => void) => () => void;
  readonly warn: (error: unknown) => void;
  /** BCP 47 tags, the most wanted first. */
  readonly languages: readonly string[];
  /** For the style elements of the dialogs' scroll lock. */
  readonly nonce: string | undefined;
}

/** The app of a page. */
export interface App {
  readonly open: OpenApi;
  readonly session: Session;
  readonly router: Router;
  readonly preferences: Preferences;
  readonly now: () => number;
  readonly languages: readonly string[];
  readonly nonce: string | undefined;
  readonly warn: (error: unknown) => void;
  /** Connects a person who signed in. */
  personalOf(user: User): Personal;
}

/** Puts the app together; nothing is shown or asked for yet. */
export function createApp(parts: AppParts): App {
  const transport = createTransport(parts.fetcher);
  const open = createOpenApi(transport);
  const preferences = createPreferences(parts.storage);
  const session = createSession({
    api: open,
    storage: parts.storage,
    exclusive: parts.exclusive,
    now: parts.now,
  });
  return {
    open,
    session,
    router: createRouter(parts.bar),
    preferences,
    now: parts.now,
    languages: parts.languages,
    nonce: parts.nonce,
    warn: parts.warn,
    personalOf: (user) =>
      createPersonal(user, {
        session,
        preferences,
        transport,
        deviceId: parts.deviceId,
        open: parts.openSocket,
        after: parts.after,
        onWake: parts.onWake,
        makeClient: parts.makeClient,
        warn: parts.warn,
      }),
  };
}
