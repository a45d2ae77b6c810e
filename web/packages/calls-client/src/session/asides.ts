// What is told beside the numbered events: slots, layers, speakers, signs, requests and refusals. None of it is kept.

import type { ServerEvents } from "../wire/index.js";
import type { Session } from "./session.js";

/** How long a sign is shown, in milliseconds. */
const SHOWN_MS = 3_000;

/** More at one time is a storm that nobody reads. */
const AT_MOST = 50;

type Heard<Name extends keyof ServerEvents> = (session: Session, payload: ServerEvents[Name]) => void;

const ASIDES: { readonly [Name in AsideName]: Heard<Name> } = {
  "call:slots": ({ sfu }, payload) => sfu.hear({ name: "call:slots", payload }),
  "call:layers": ({ sfu }, payload) => sfu.hear({ name: "call:layers", payload }),
  "call:speakers": (session, { userIds }) => {
    session.store.patch({ speakers: userIds });
    session.update();
  },
  "call:reaction": react,
  "call:unmute-requested": (session, { byUserId }) => session.happened("unmute-requested", null, byUserId),
  "call:error": ({ sfu }, { code, event }) => {
    if (code === "invalid_description") sfu.session?.refused(event);
  },
};

/** The names of these events. */
export type AsideName =
  | "call:slots"
  | "call:layers"
  | "call:speakers"
  | "call:reaction"
  | "call:unmute-requested"
  | "call:error";

/** The same as a list. */
export const ASIDE_NAMES: readonly AsideName[] = [
  "call:slots",
  "call:layers",
  "call:speakers",
  "call:reaction",
  "call:unmute-requested",
  "call:error",
];

/** Takes one in. */
export function hearAside<Name extends AsideName>(
  session: Session,
  name: Name,
  payload: ServerEvents[Name],
): void {
  if (!session.over) ASIDES[name](session, payload);
}

/** Shows a sign, and takes it away again. */
function react(
  { store, deps: { clock } }: Session,
  { userId, reaction }: ServerEvents["call:reaction"],
): void {
  const id = `${clock.now()}-${clock.random()}`;
  const reactions = [...store.get().reactions, { id, userId, reaction, atMs: clock.now() }];
  store.patch({ reactions: reactions.slice(-AT_MOST) });
  clock.after(SHOWN_MS, () => {
    store.patch({ reactions: store.get().reactions.filter((one) => one.id !== id) });
  });
}
