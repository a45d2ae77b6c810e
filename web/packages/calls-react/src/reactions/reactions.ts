// The reactions that are offered, and how any reaction is named: pure.

import type { MessageKey } from "../i18n/index.js";

/** A reaction that is offered. */
export interface KnownReaction {
  /** What is sent: an emoji, so that every client can show it. */
  readonly reaction: string;
  readonly icon: "thumbs-up" | "heart" | "laugh" | "wow" | "sad" | "party" | "idea" | "thumbs-down";
  readonly label: Extract<MessageKey, `reaction.is.${string}`>;
}

/** In the order in which they are offered. */
export const REACTIONS: readonly KnownReaction[] = [
  { reaction: "👍", icon: "thumbs-up", label: "reaction.is.thumbsUp" },
  { reaction: "❤️", icon: "heart", label: "reaction.is.heart" },
  { reaction: "😂", icon: "laugh", label: "reaction.is.laugh" },
  { reaction: "🎉", icon: "party", label: "reaction.is.party" },
  { reaction: "😮", icon: "wow", label: "reaction.is.wow" },
  { reaction: "😢", icon: "sad", label: "reaction.is.sad" },
  { reaction: "💡", icon: "idea", label: "reaction.is.idea" },
  { reaction: "👎", icon: "thumbs-down", label: "reaction.is.thumbsDown" },
];

/** The emoji with or without the sign that asks for colour (U+FE0F) is the same one. */
const plain = (reaction: string): string => reaction.replaceAll("\ufe0f", "");

const known = new Map(REACTIONS.map((one) => [plain(one.reaction), one]));

/** The reaction of the list; null for one of another client. */
export function knownReaction(reaction: string): KnownReaction | null {
  return known.get(plain(reaction)) ?? null;
}

/** How many characters of an unknown reaction are shown: an emoji of several parts, or a short word. */
const SHOWN_CHARACTERS = 12;

/** What is shown of a reaction that is not in the list: its beginning, in whole characters as people count them. */
export function shortReaction(reaction: string): string {
  return [...new Intl.Segmenter().segment(reaction)]
    .slice(0, SHOWN_CHARACTERS)
    .map(({ segment }) => segment)
    .join("");
}

/** Where a reaction floats, from 0 (start) to 1: the same for the same id, spread over the width. */
export function laneOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  // Ids that follow each other differ in their last sign: spread that over all bits.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x100000000;
}
