// The order of tiles: stable, and changed by a speaker in two places at most.

/** What {@link orderTiles} goes by. */
export interface OrderInput {
  /** The order so far. */
  readonly previous: readonly string[];
  /** The tiles there are, in the order of the call: new ones are appended in it. */
  readonly ids: readonly string[];
}

/** The order to place tiles in. Who is there keeps their place; who is new comes last; who went is closed up. */
export function orderTiles({ previous, ids }: OrderInput): readonly string[] {
  const there = new Set(ids);
  const known = new Set(previous);
  return [...previous.filter((id) => there.has(id)), ...ids.filter((id) => !known.has(id))];
}

/** What {@link bringSpeaker} goes by. */
export interface SpeakerInput {
  readonly order: readonly string[];
  /** Who speaks, or spoke last. */
  readonly speaker: string;
  /** The tiles in sight on the first page that may give way: not the own one, not a pinned one, no screen. */
  readonly givingWay: readonly string[];
  /** When each last spoke, on a clock of the caller; missing: never. */
  readonly spokeAtMs: ReadonlyMap<string, number>;
}

/**
 * The order in which a speaker who is out of sight changes places with whoever in sight has been silent for
 * longest; of several, the last.
 */
export function bringSpeaker({ order, speaker, givingWay, spokeAtMs }: SpeakerInput): readonly string[] {
  const lastWord = (id: string): number => spokeAtMs.get(id) ?? Number.NEGATIVE_INFINITY;
  let quietest: string | null = null;
  for (const id of givingWay) {
    if (id !== speaker && (quietest === null || lastWord(id) <= lastWord(quietest))) quietest = id;
  }
  return quietest === null ? order : swapTiles(order, speaker, quietest);
}

/** The order with two tiles in each other's place; the same one when either is missing. */
export function swapTiles(order: readonly string[], one: string, other: string): readonly string[] {
  const first = order.indexOf(one);
  const second = order.indexOf(other);
  if (first < 0 || second < 0 || first === second) return order;
  return order.map((id, index) => (index === first ? other : index === second ? one : id));
}
