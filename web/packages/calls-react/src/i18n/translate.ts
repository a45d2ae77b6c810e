// Turns a message and its values into text: placeholders, plurals, numbers and bidirectional isolation.

/** A message that depends on a number; `count` chooses the form (CLDR plural categories). */
export type PluralMessage = { readonly [F in Exclude<Intl.LDMLPluralRule, "other">]?: string } & {
  readonly other: string;
};

/** One message: text with `{placeholders}`, or its plural forms. */
export type Message = string | PluralMessage;

/** Messages by key. */
export type Catalogue = Readonly<Record<string, Message>>;

/** A catalogue of another language for the keys of `C`. */
export type Translation<C extends Catalogue> = {
  readonly [K in keyof C]: C[K] extends string ? string : PluralMessage;
};

type PlaceholdersIn<S> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholdersIn<Rest>
  : never;
type PlaceholdersOf<M> = M extends string ? PlaceholdersIn<M> : PlaceholdersIn<M[keyof M]> | "count";

/** The values a message needs. */
export type ValuesOf<M> = { readonly [P in PlaceholdersOf<M>]: P extends "count" ? number : string | number };

/** The arguments after the key: none for a message without placeholders. */
export type ArgumentsOf<M> = [PlaceholdersOf<M>] extends [never] ? [] : [values: ValuesOf<M>];

/** Words a message of the catalogue `C`. */
export type Translate<C extends Catalogue> = <K extends keyof C>(
  key: K,
  ...values: ArgumentsOf<C[K]>
) => string;

/** A language with its words and its ways to write numbers. */
export interface Translator<C extends Catalogue> {
  /** BCP 47. */
  readonly locale: string;
  readonly dir: "ltr" | "rtl";
  readonly t: Translate<C>;
  /** A number in the digits of the locale. */
  number(value: number, options?: Intl.NumberFormatOptions): string;
  /** Seconds as a clock: `m:ss`, or `h:mm:ss` from one hour on. */
  clock(seconds: number): string;
  /** Seconds in words, for reading out: "2 minutes, 5 seconds". */
  duration(seconds: number): string;
  /** Names as an enumeration: "Ann, Bob and Cid". */
  list(items: readonly string[]): string;
}

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"]);
const RIGHT_TO_LEFT_LETTERS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;
const FIRST_STRONG_ISOLATE = "\u2068";
const POP_ISOLATE = "\u2069";

/** The writing direction of a locale (BCP 47). */
export function directionOf(locale: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(locale.toLowerCase().split("-")[0] ?? "") ? "rtl" : "ltr";
}

/**
 * A translator.
 *
 * @param locale - BCP 47; an invalid one counts as English.
 * @param catalogue - All messages of that language.
 */
export function createTranslator<C extends Catalogue>(
  locale: string,
  catalogue: Translation<C>,
): Translator<C> {
  const tag = canonical(locale);
  const dir = directionOf(tag);
  const plurals = new Intl.PluralRules(tag);
  const plain = new Intl.NumberFormat(tag);
  const two = new Intl.NumberFormat(tag, { minimumIntegerDigits: 2 });
  const conjunction = new Intl.ListFormat(tag, { style: "long", type: "conjunction" });

  const isolate = (text: string): string =>
    dir === "rtl" || RIGHT_TO_LEFT_LETTERS.test(text) ? `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}` : text;
  const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
    text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (value === undefined) return whole;
      return typeof value === "number" ? plain.format(value) : isolate(value);
    });
  const unit = (value: number, name: "hour" | "minute" | "second"): string =>
    new Intl.NumberFormat(tag, { style: "unit", unit: name, unitDisplay: "long" }).format(value);

  return {
    locale: tag,
    dir,
    t(key, ...rest) {
      const values: Readonly<Record<string, string | number>> = rest[0] ?? {};
      const message: Message = catalogue[key];
      if (typeof message === "string") return fill(message, values);
      const form = message[plurals.select(Number(values.count))] ?? message.other;
      return fill(form, values);
    },
    number: (value, options) =>
      options === undefined ? plain.format(value) : new Intl.NumberFormat(tag, options).format(value),
    clock(seconds) {
      const { hours, minutes, rest } = split(seconds);
      const head = hours > 0 ? `${plain.format(hours)}:${two.format(minutes)}` : plain.format(minutes);
      return `${head}:${two.format(rest)}`;
    },
    duration(seconds) {
      const { hours, minutes, rest } = split(seconds);
      const parts: string[] = [];
      if (hours > 0) parts.push(unit(hours, "hour"));
      if (minutes > 0) parts.push(unit(minutes, "minute"));
      if (hours === 0 && (rest > 0 || parts.length === 0)) parts.push(unit(rest, "second"));
      return new Intl.ListFormat(tag, { style: "narrow", type: "unit" }).format(parts);
    },
    list: (items) => conjunction.format(items.map(isolate)),
  };
}

function split(seconds: number): { hours: number; minutes: number; rest: number } {
  const whole = Math.max(0, Math.floor(seconds));
  return { hours: Math.floor(whole / 3600), minutes: Math.floor(whole / 60) % 60, rest: whole % 60 };
}

function canonical(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? "en";
  } catch {
    return "en"; // not a language tag
  }
}
