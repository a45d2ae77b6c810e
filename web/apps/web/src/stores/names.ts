// What conversations and past calls are called, and whose colour they have.

import type { Conversation, HistoryEntry, Member } from "@aethex/calls-client";

/** How a conversation or a call is shown in a list. */
export interface Face {
  readonly name: string;
  /** Whose colour and initials: the other person's, or those of the group. */
  readonly avatarId: string;
  readonly group: boolean;
}

/** The others of a conversation. */
export function othersIn(conversation: Conversation, selfId: string): readonly Member[] {
  return conversation.members.filter((member) => member.userId !== selfId);
}

/** The other person of a direct conversation; null in a group. */
export function partnerIn(conversation: Conversation, selfId: string): Member | null {
  return conversation.kind === "direct" ? (othersIn(conversation, selfId)[0] ?? null) : null;
}

/**
 * How a conversation is shown: a direct one as the other person, a group by its title, else by who is in it.
 *
 * @param untitled - What a group without title and members is called.
 */
export function faceOf(conversation: Conversation, selfId: string, untitled: string): Face {
  const partner = partnerIn(conversation, selfId);
  if (partner !== null) return { name: partner.userName, avatarId: partner.userId, group: false };
  const names = othersIn(conversation, selfId).map((member) => member.userName);
  const name = conversation.title ?? (names.length > 0 ? names.join(", ") : untitled);
  return { name, avatarId: conversation.id, group: conversation.kind === "group" };
}

/** How a past call is shown; `conversation` when it is known. */
export function faceOfCall(
  entry: HistoryEntry,
  conversation: Conversation | null,
  selfId: string,
  untitled: string,
): Face {
  if (conversation !== null) return faceOf(conversation, selfId, untitled);
  const others = entry.participants.filter((one) => one.userId !== selfId);
  const [first] = others;
  if (first === undefined) return { name: untitled, avatarId: entry.conversationId, group: true };
  const group = others.length > 1;
  return {
    name: others.map((one) => one.userName).join(", "),
    avatarId: group ? entry.conversationId : first.userId,
    group,
  };
}

/** Who of the others is online, of a conversation. */
export function onlineIn(conversation: Conversation, selfId: string): number {
  return othersIn(conversation, selfId).filter((member) => member.online === true).length;
}

/** The conversations in the order they are shown: with a running call, then by their newest call or their beginning. */
export function inOrder(
  conversations: readonly Conversation[],
  recent: readonly HistoryEntry[],
): readonly Conversation[] {
  const newest = newestCalls(recent);
  const at = (one: Conversation): string => newest.get(one.id)?.createdAt ?? one.createdAt;
  const running = (one: Conversation): number => (one.activeCallId === null ? 0 : 1);
  return [...conversations].sort(
    (a, b) => running(b) - running(a) || (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : 0),
  );
}

/** The newest call of each conversation. */
export function newestCalls(recent: readonly HistoryEntry[]): ReadonlyMap<string, HistoryEntry> {
  const newest = new Map<string, HistoryEntry>();
  for (const entry of recent) {
    const known = newest.get(entry.conversationId);
    if (known === undefined || known.createdAt < entry.createdAt) newest.set(entry.conversationId, entry);
  }
  return newest;
}
