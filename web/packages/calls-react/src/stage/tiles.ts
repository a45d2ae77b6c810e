// Which tiles a call has: a pure function of its participants.

import type { CallState, ParticipantState } from "@aethex/calls-client";
import type { LayoutTile } from "../layout/index.js";

/** A tile of a call. */
export interface StageTile extends LayoutTile {
  readonly userId: string;
}

/** The id of the tile of a person; a screen has another one. */
export function tileId(userId: string, kind: LayoutTile["kind"]): string {
  return kind === "person" ? userId : `screen:${userId}`;
}

/** Which tiles are wished for. */
export interface TileWish {
  /** Without the own person, unless nobody else is there. */
  readonly selfHidden: boolean;
  /** With the others' screens. */
  readonly screens: boolean;
}

/**
 * The tiles in the order of the call: everybody who is in it, everybody who is being called, and the others'
 * screens after their owners. The own screen is none: whoever shares sees it already.
 */
export function tilesOf(state: CallState, { selfHidden, screens }: TileWish): readonly StageTile[] {
  const shown = state.participants.filter(isShown);
  const alone = shown.every((participant) => participant.isSelf);
  return shown.flatMap((participant) => {
    const { userId, isSelf: self } = participant;
    const tiles: StageTile[] = [];
    if (!(self && selfHidden && !alone)) {
      tiles.push({ id: tileId(userId, "person"), kind: "person", self, userId });
    }
    if (screens && !self && participant.status === "joined" && participant.mediaState.screenSharing) {
      tiles.push({ id: tileId(userId, "screen"), kind: "screen", self, userId });
    }
    return tiles;
  });
}

/** Whether two lists of tiles are the same. */
export function sameTiles(a: readonly StageTile[], b: readonly StageTile[]): boolean {
  return a.length === b.length && a.every((tile, index) => tile.id === b[index]?.id);
}

/** Whether somebody is being called and has not answered. */
export function isAwaited(participant: ParticipantState): boolean {
  return participant.status === "invited" || participant.status === "ringing";
}

function isShown(participant: ParticipantState): boolean {
  return participant.isSelf || participant.status === "joined" || isAwaited(participant);
}
