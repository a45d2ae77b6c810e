// Who speaks: loudness over time, as pure functions.

/** Above this, of 1, somebody may be speaking: fans and breath stay below, quiet voices come above. */
export const SPEAKING_LEVEL = 0.06;

/** How long the loudness must last before it counts, in milliseconds. Less: every cough; more: late. */
export const SPEAKING_ON_MS = 120;

/** How long a pause may be, in milliseconds. Less: it flickers between words. */
export const SPEAKING_OFF_MS = 600;

/** How long a large tile stays with somebody at least, in milliseconds. */
export const SPEAKER_DWELL_MS = 1500;

/** What is remembered about one voice. */
export interface Voice {
  readonly speaking: boolean;
  /** Since when it has been loud; null while it is not. */
  readonly loudSinceMs: number | null;
  /** When it was last loud. */
  readonly lastLoudMs: number;
}

/** Somebody who has said nothing yet. */
export const SILENT: Voice = { speaking: false, loudSinceMs: null, lastLoudMs: Number.NEGATIVE_INFINITY };

/** A voice after one more measurement, 0 to 1. The same object while nothing changes. */
export function heard(voice: Voice, level: number, nowMs: number): Voice {
  if (level >= SPEAKING_LEVEL) {
    const loudSinceMs = voice.loudSinceMs ?? nowMs;
    return {
      speaking: voice.speaking || nowMs - loudSinceMs >= SPEAKING_ON_MS,
      loudSinceMs,
      lastLoudMs: nowMs,
    };
  }
  const speaking = voice.speaking && nowMs - voice.lastLoudMs < SPEAKING_OFF_MS;
  if (speaking === voice.speaking && voice.loudSinceMs === null) return voice;
  return { speaking, loudSinceMs: null, lastLoudMs: voice.lastLoudMs };
}

/** Whom a call listens to. */
export interface Floor {
  /** The id of who speaks, or spoke last. */
  readonly speaker: string | null;
  /** Since when. */
  readonly sinceMs: number;
  readonly spokeAtMs: ReadonlyMap<string, number>;
}

/** Nobody has spoken yet. */
export const QUIET_FLOOR: Floor = { speaker: null, sinceMs: Number.NEGATIVE_INFINITY, spokeAtMs: new Map() };

/**
 * The floor after `userId` was heard speaking. The same object while the speaker stays the same: when
 * somebody took the floor is all that is remembered, so that a long talk changes nothing.
 *
 * @param holderSpeaks - Whether the one who has the floor still speaks: nobody is interrupted.
 */
export function takeFloor(floor: Floor, userId: string, holderSpeaks: boolean, nowMs: number): Floor {
  if (floor.speaker === userId) return floor;
  if (floor.speaker !== null && (holderSpeaks || nowMs - floor.sinceMs < SPEAKER_DWELL_MS)) return floor;
  return { speaker: userId, sinceMs: nowMs, spokeAtMs: new Map(floor.spokeAtMs).set(userId, nowMs) };
}

/** The floor, and when to ask again. */
export interface FollowedFloor {
  readonly floor: Floor;
  /** Somebody waits for the floor: in so many milliseconds they may have it. Null: nobody does. */
  readonly againInMs: number | null;
}

/**
 * The floor as the server's list of speakers asks for it. Whoever has it keeps it while they are on the list.
 *
 * @param speakers - Loudest first, without oneself.
 */
export function followSpeakers(floor: Floor, speakers: readonly string[], nowMs: number): FollowedFloor {
  const [loudest] = speakers;
  if (loudest === undefined || (floor.speaker !== null && speakers.includes(floor.speaker))) {
    return { floor, againInMs: null };
  }
  const next = takeFloor(floor, loudest, false, nowMs);
  const waits = next === floor && floor.speaker !== loudest;
  return { floor: next, againInMs: waits ? Math.max(1, floor.sinceMs + SPEAKER_DWELL_MS - nowMs) : null };
}
