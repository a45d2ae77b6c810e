// Keeps objects the same while what they say is the same: selectors compare by identity.

/** Whether two objects have the same fields with the same values. */
export function alike<T extends object>(one: T | null, other: T | null): boolean {
  if (one === null || other === null) return one === other;
  const values = new Map<string, unknown>(Object.entries(other));
  const fields = Object.entries(one);
  return fields.length === values.size && fields.every(([key, value]) => Object.is(value, values.get(key)));
}

/** `before` when `next` says the same, else `next`. */
export function kept<T extends object | null>(before: T, next: T): T {
  return alike(before, next) ? before : next;
}

/** The same for lists, entry by entry. */
export function keptList<T>(before: readonly T[], next: readonly T[]): readonly T[] {
  const same = before.length === next.length && next.every((one, index) => Object.is(one, before[index]));
  return same ? before : next;
}
