// What a role may do before a call's policy: which buttons are worth showing. The server decides.

import type { Capability, Role } from "../wire/index.js";

const EVERYTHING: readonly Capability[] = [
  "join",
  "speak",
  "camera",
  "screen",
  "screen-audio",
  "chat",
  "react",
  "raise-hand",
  "record",
  "mute-others",
  "remove",
  "admit",
  "end-for-all",
  "invite",
  "breakout",
  "view-stats",
];

const MEMBER: ReadonlySet<Capability> = new Set([
  "join",
  "speak",
  "camera",
  "screen",
  "screen-audio",
  "chat",
  "react",
  "raise-hand",
  "invite",
  "view-stats",
]);

const BY_ROLE: Readonly<Record<Role, ReadonlySet<Capability>>> = {
  host: new Set(EVERYTHING),
  "co-host": new Set(EVERYTHING),
  member: MEMBER,
  viewer: new Set(["join", "chat", "react", "raise-hand"]),
  guest: new Set(["join", "speak", "camera", "chat", "react", "raise-hand"]),
  recorder: new Set(["join", "record"]),
};

/**
 * The rights that a role has by default; the server's `Role::defaults`. A role that this client does not know
 * counts as a member: it shows what most people may do, and the server refuses what this person may not.
 */
export function capabilitiesOf(role: Role): ReadonlySet<Capability> {
  return Object.hasOwn(BY_ROLE, role) ? BY_ROLE[role] : MEMBER;
}
