// The order of tiles: stable, and changed by a speaker in two places at most.

/** What {@link orderTiles} goes by. */
export interface OrderInput {
  /** The order so far. */
  readonly previous: readonly string[];
  /** The tiles there are, in the order of the call: new ones are appended in it. */
  readonly ids: readonly string[];
  /** Who speaks, or spoke last. */
  readonly speaker: string | null;
  /** When each last spoke, on a clock of the caller; missing: never. */
  readonly spokeAtMs: ReadonlyMap<string, number>;
  /** How many tiles are seen without paging. */
  readonly seen: number;
  /** In a layout with one large tile, the speaker before: the two change places. */
  readonly formerSpeaker: string | null;
}

/**
 * The order to place tiles in. Who is there keeps their place; who is new comes last; who went is closed up.
 * A speaker out of sight changes places with whoever in sight has been silent for longest. With
 * `formerSpeaker`, the speaker changes places with them, so that a strip beside a large tile moves in one
 * place only.
 */
export function orderTiles(input: OrderInput): readonly string[] {
  const { previous, ids, speaker, spokeAtMs, seen, formerSpeaker } = input;
  const there = new Set(ids);
  const known = new Set(previous);
  const order = [...previous.filter((id) => there.has(id)), ...ids.filter((id) => !known.has(id))];
  if (speaker === null) return order;
  const at = order.indexOf(speaker);
  if (at < 0) return order;
  if (formerSpeaker !== null) {
    const former = order.indexOf(formerSpeaker);
    return former < 0 ? order : swap(order, at, former);
  }
  if (at < seen) return order;
  let quietest = -1;
  for (let index = 0; index < Math.min(seen, order.length); index += 1) {
    if (quietest < 0 || lastWord(order[index]) <= lastWord(order[quietest])) quietest = index;
  }
  return quietest < 0 ? order : swap(order, at, quietest);

  function lastWord(id: string | undefined): number {
    return (id === undefined ? undefined : spokeAtMs.get(id)) ?? Number.NEGATIVE_INFINITY;
  }
}

function swap(order: readonly string[], a: number, b: number): readonly string[] {
  const next = [...order];
  const first = next[a];
  const second = next[b];
  if (first === undefined || second === undefined) return order;
  next[a] = second;
  next[b] = first;
  return next;
}
