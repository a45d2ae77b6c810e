// Which pictures this device asks the server for: what is on the screen, at the size it has there.

import type { QualityChoice, ShownTile } from "../state.js";
import type { MediaState, SlotRequest } from "../wire/index.js";

/** Somebody else in the call, as far as it matters here. */
export interface Shower {
  readonly userId: string;
  readonly mediaState: MediaState;
}

/** What the list follows from. */
export interface WishSources {
  /** What is on the screen, the most important first; null while nobody says. */
  readonly tiles: readonly ShownTile[] | null;
  /** What went off the screen lately, and when; by {@link keyOf}. */
  readonly hidden: ReadonlyMap<string, Hidden>;
  /** Everybody else who is joined. */
  readonly others: readonly Shower[];
  readonly choice: QualityChoice;
  /** How many pictures come at one time without growing the connection. */
  readonly places: number;
  readonly nowMs: number;
}

/** A picture that is not on the screen any more. */
export interface Hidden {
  readonly tile: ShownTile;
  readonly sinceMs: number;
}

/** A picture keeps coming for so long after it went off the screen, in milliseconds: scrolling back shows it at once. */
export const HIDDEN_AFTER_MS = 2_000;

/** The most that the server takes in one list. */
const AT_MOST = 100;

/** Sizes are told in steps of so many pixels: a window that is dragged larger does not ask anew for each pixel. */
const STEP = 16;

/** The pictures of somebody whose screen size nobody says. */
const SMALL = { width: 320, height: 180 } as const;
const READABLE = { width: 1280, height: 720 } as const;

/** The lines that a choice allows. */
const LINES: Readonly<Record<QualityChoice, number>> = {
  auto: Number.POSITIVE_INFINITY,
  "720p": 720,
  "480p": 480,
  "240p": 240,
  "audio-only": 0,
};

/** The name of a picture. */
export const keyOf = ({ userId, source }: Pick<ShownTile, "userId" | "source">): string =>
  `${source} ${userId}`;

/** The whole list, the most important first. Sound of microphones comes without being asked for. */
export function wishes(sources: WishSources): readonly SlotRequest[] {
  const { others, tiles, choice } = sources;
  const sound = others
    .filter((one) => one.mediaState.screenSharing)
    // Sound has no size; 0 would mean that it is not wanted.
    .map(({ userId }): SlotRequest => ({ userId, source: "screen-audio", width: 1, height: 1 }));
  if (choice === "audio-only") return sound.slice(0, AT_MOST);
  const shown = (tiles ?? everybody(others)).filter((one) => isSent(one, others));
  const seen = shown.map((tile) => request(tile, choice));
  const keys = new Set(shown.map(keyOf));
  const gone = [...sources.hidden]
    .filter(([key, { tile }]) => !keys.has(key) && isSent(tile, others))
    .sort(([, one], [, other]) => other.sinceMs - one.sinceMs)
    .map(([, { tile, sinceMs }]) =>
      sources.nowMs - sinceMs < HIDDEN_AFTER_MS ? request(tile, choice) : unseen(tile),
    )
    // What nobody looks at makes way: a place in the connection is worth more than a quick return.
    .slice(0, Math.max(0, sources.places - seen.length));
  return [...seen, ...sound, ...gone].slice(0, AT_MOST);
}

/**
 * What is hidden after another list of tiles: what was shown and is not any more, and what was hidden and is not
 * shown again.
 */
export function hiddenAfter(
  hidden: ReadonlyMap<string, Hidden>,
  before: readonly ShownTile[],
  tiles: readonly ShownTile[],
  nowMs: number,
): ReadonlyMap<string, Hidden> {
  const next = new Map(hidden);
  for (const tile of before) next.set(keyOf(tile), { tile, sinceMs: nowMs });
  for (const tile of tiles) next.delete(keyOf(tile));
  return next;
}

/** When the list changes by itself next, in milliseconds from now; null when it does not. */
export function changesIn(hidden: ReadonlyMap<string, Hidden>, nowMs: number): number | null {
  const due = [...hidden.values()]
    .map(({ sinceMs }) => sinceMs + HIDDEN_AFTER_MS - nowMs)
    .filter((ms) => ms > 0);
  return due.length === 0 ? null : Math.min(...due);
}

function everybody(others: readonly Shower[]): ShownTile[] {
  return others.flatMap(({ userId }) => [
    { userId, source: "screen", ...READABLE },
    { userId, source: "camera", ...SMALL },
  ]);
}

function isSent({ userId, source }: ShownTile, others: readonly Shower[]): boolean {
  const media = others.find((one) => one.userId === userId)?.mediaState;
  return media !== undefined && (source === "camera" ? media.videoEnabled : media.screenSharing);
}

function request(tile: ShownTile, choice: QualityChoice): SlotRequest {
  const { userId, source, pinned } = tile;
  const allowed = source === "camera" ? LINES[choice] : Number.POSITIVE_INFINITY;
  const down = Math.min(1, allowed / Math.max(1, tile.height));
  const width = stepped(tile.width * down);
  const height = stepped(tile.height * down);
  return { userId, source, width, height, ...(pinned === true ? { pinned } : {}) };
}

function unseen({ userId, source }: ShownTile): SlotRequest {
  return { userId, source, width: 0, height: 0 };
}

/** A tile that is being laid out has no size yet, and is wanted all the same. */
function stepped(pixels: number): number {
  return Math.max(STEP, Math.round(pixels / STEP) * STEP);
}
