// The colour of a person.

/**
 * Hues, in degrees, that are told apart and look well in both themes. The mint around 168 is missing: it means
 * that somebody speaks.
 */
const HUES = [8, 32, 55, 118, 200, 220, 242, 264, 288, 312, 338] as const;

/** The hue of a user in degrees, always the same for an id (FNV-1a with a final mix, so that all bits count). */
export function hueOf(userId: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < userId.length; index += 1) {
    hash = Math.imul(hash ^ userId.charCodeAt(index), 0x01000193) >>> 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = (hash ^ (hash >>> 13)) >>> 0;
  return HUES[hash % HUES.length] ?? HUES[0];
}

/** Up to two letters that stand for a name; an empty text for an empty name. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked
    .map((word) => /[\p{L}\p{N}]/u.exec(word ?? "")?.[0] ?? "")
    .join("")
    .toLocaleUpperCase();
}
