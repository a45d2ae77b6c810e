// Words: placeholders, plurals, directions, and that every language has all of them.

import { describe, expect, it } from "vitest";
import { catalogues, createTranslator, directionOf, en, type Message } from "../../src/i18n/index.js";

const words = {
  hello: "Hello, {name}",
  people: { one: "{count} person", other: "{count} people" },
  plain: "Yes",
} as const;

function forms(message: Message): readonly string[] {
  return typeof message === "string" ? [message] : Object.values(message);
}

function placeholders(message: Message): ReadonlySet<string> {
  return new Set(
    forms(message).flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "")),
  );
}

describe("a translator", () => {
  const { t, clock, duration, list } = createTranslator<typeof words>("en", words);

  it("fills in values", () => {
    expect(t("hello", { name: "Ann" })).toBe("Hello, Ann");
    expect(t("plain")).toBe("Yes");
  });

  it("chooses the plural form", () => {
    expect(t("people", { count: 1 })).toBe("1 person");
    expect(t("people", { count: 1200 })).toBe("1,200 people");
  });

  it("does not take a name for a placeholder", () => {
    expect(t("hello", { name: "{count} $& $1" })).toBe("Hello, {count} $& $1");
  });

  it("isolates names of the other direction", () => {
    expect(t("hello", { name: "مها" })).toBe("Hello, \u2068مها\u2069");
  });

  it("writes seconds as a clock", () => {
    expect(clock(0)).toBe("0:00");
    expect(clock(65)).toBe("1:05");
    expect(clock(3723.9)).toBe("1:02:03");
    expect(clock(-4)).toBe("0:00");
  });

  it("says seconds in words", () => {
    expect(duration(125)).toBe("2 minutes 5 seconds");
    expect(duration(0)).toBe("0 seconds");
    expect(duration(7260)).toBe("2 hours 1 minute");
  });

  it("lists names", () => {
    expect(list(["Ann", "Bob", "Cid"])).toBe("Ann, Bob, and Cid");
  });

  it("takes a tag that is none for English", () => {
    expect(createTranslator<typeof words>("not a tag", words).locale).toBe("en");
  });

  it("knows which languages run from right to left", () => {
    expect([directionOf("ar-EG"), directionOf("he"), directionOf("en"), directionOf("de")]).toEqual([
      "rtl",
      "rtl",
      "ltr",
      "ltr",
    ]);
  });
});

describe("the catalogues", () => {
  it.each(Object.entries(catalogues))(
    "%s has every key, no empty text, and no foreign placeholder",
    (_, catalogue) => {
      expect(Object.keys(catalogue).sort()).toEqual(Object.keys(en).sort());
      for (const [key, message] of Object.entries<Message>(en)) {
        const translated: Message | undefined = new Map<string, Message>(Object.entries(catalogue)).get(key);
        if (translated === undefined) throw new Error(`${key} is missing`);
        expect(
          forms(translated).every((text) => text.trim() !== ""),
          key,
        ).toBe(true);
        const known = placeholders(message);
        for (const name of placeholders(translated)) expect(known.has(name), `${key}: {${name}}`).toBe(true);
        if (typeof message === "string") expect(placeholders(translated), key).toEqual(known);
      }
    },
  );

  it.each(Object.entries(catalogues))(
    "%s has every plural form its language needs",
    (language, catalogue) => {
      const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const [key, message] of Object.entries<Message>(catalogue)) {
        if (typeof message !== "string")
          expect(Object.keys(message), key).toEqual(expect.arrayContaining(needed));
      }
    },
  );
});
