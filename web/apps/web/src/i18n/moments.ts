// Moments in the words of a locale.

/** Which day a moment is on, seen from now. */
export type DayKind = "today" | "yesterday" | "earlier";

/** Whether a moment was today, yesterday or before, in local time. Both in milliseconds since the epoch. */
export function dayKindOf(atMs: number, nowMs: number): DayKind {
  const midnight = startOfDay(new Date(nowMs));
  if (atMs >= midnight.getTime()) return "today";
  const before = new Date(midnight);
  before.setDate(before.getDate() - 1);
  return atMs >= before.getTime() ? "yesterday" : "earlier";
}

/** The local day of a moment, fit as a key: `2025-01-10`. */
export function dayKeyOf(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Tomorrow at an hour of local time. */
export function tomorrowAt(hour: number, nowMs: number): Date {
  const day = startOfDay(new Date(nowMs));
  day.setDate(day.getDate() + 1);
  day.setHours(hour);
  return day;
}

/** "14:05". */
export function timeText(at: Date, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" }).format(at);
}

/** "Friday, 10 January", with the year when it is another one. */
export function dayText(at: Date, nowMs: number, locale: string): string {
  const sameYear = at.getFullYear() === new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: sameYear ? undefined : "numeric",
  }).format(at);
}

/** Short, for a row of a list: the time today, else the date. */
export function briefText(at: Date, nowMs: number, locale: string): string {
  if (dayKindOf(at.getTime(), nowMs) === "today") return timeText(at, locale);
  const sameYear = at.getFullYear() === new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    year: sameYear ? undefined : "numeric",
  }).format(at);
}

function startOfDay(at: Date): Date {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate());
}
