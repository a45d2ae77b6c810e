// One setting that goes up and down in steps: down soon, up late, and later still when going up failed.

/**
 * Consecutive samples that must ask for less before a setting goes down. One would follow every hiccup, three
 * let a link choke for nine seconds.
 */
export const DOWN_AFTER = 2;

/**
 * Consecutive samples that must allow more before it goes up. Fewer flaps on a link at the edge, more leaves a
 * link that has recovered blurred for longer; 4 are 12 s.
 */
export const UP_AFTER = 4;

/** The most that failed rises make of {@link UP_AFTER}: two minutes. More gives up on links that do recover. */
const PATIENCE_AT_MOST = 40;

/**
 * A rise that did not hold for this many samples was a mistake, and the next one waits twice as long; one that
 * did ends the waiting. Fewer forgives flapping with a period of half a minute.
 */
const PROVEN_AFTER = 12;

/** A setting on its way. */
export interface Steps {
  /** The step it stands on; 0 is the lowest. */
  readonly at: number;
  /** Samples in a row that asked for less, and the highest step that one of them would have allowed. */
  readonly below: number;
  readonly lowest: number;
  /** Samples in a row that allowed a step more. */
  readonly above: number;
  /** How many of them it takes at first, and how many now. */
  readonly upAfter: number;
  readonly patience: number;
  /** Samples since the last rise; null when it has proven itself. */
  readonly sinceRise: number | null;
}

/** A setting that stands on a step. */
export function standingOn(at: number, upAfter = UP_AFTER): Steps {
  return { at, below: 0, lowest: 0, above: 0, upAfter, patience: upAfter, sinceRise: null };
}

/** Takes a sample in: the step that it needs to go down to, if any, and whether it would bear one more. */
export function stepTo(steps: Steps, sample: { readonly fits: number; readonly bearsMore: boolean }): Steps {
  const aged = steps.sinceRise === null ? null : steps.sinceRise + 1;
  const proven = aged !== null && aged >= PROVEN_AFTER;
  const now = proven ? { ...steps, sinceRise: null, patience: steps.upAfter } : { ...steps, sinceRise: aged };
  if (sample.fits < now.at) return wentBelow(now, sample.fits);
  const above = sample.bearsMore ? now.above + 1 : 0;
  if (above < now.patience) return { ...now, below: 0, above };
  return { ...now, at: now.at + 1, below: 0, above: 0, sinceRise: 0 };
}

function wentBelow(steps: Steps, fits: number): Steps {
  const below = steps.below + 1;
  const lowest = steps.below === 0 ? fits : Math.max(steps.lowest, fits);
  if (below < DOWN_AFTER) return { ...steps, below, lowest, above: 0 };
  const failed = steps.sinceRise !== null;
  const patience = failed ? Math.min(PATIENCE_AT_MOST, steps.patience * 2) : steps.patience;
  return { ...steps, at: lowest, below: 0, lowest: 0, above: 0, patience, sinceRise: null };
}
