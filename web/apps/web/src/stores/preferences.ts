// What the person chose for this browser.

import { createStore, type Store } from "@aethex/calls-client";
import type { KeyValue } from "../session/stored.js";

/** The languages this app speaks. */
export const LOCALES = ["en", "ar"] as const;
/** One of {@link LOCALES}. */
export type AppLocale = (typeof LOCALES)[number];

/** The choices. */
export interface PreferenceValues {
  readonly theme: "system" | "light" | "dark";
  /** Null: as the browser prefers. */
  readonly locale: AppLocale | null;
  readonly ringSound: boolean;
  /** 0 to 1. */
  readonly ringVolume: number;
  /** Single letters as keys in a call (WCAG 2.1.4 asks for a switch). */
  readonly singleKeys: boolean;
  /** Hide the person's address from the others: calls go through the relay. */
  readonly relayOnly: boolean;
  /** Call for attention while the tab is hidden: by its title, and by a notification where the browser allows it. */
  readonly notifications: boolean;
}

/** The choices of a person who made none. */
export const USUAL: PreferenceValues = {
  theme: "system",
  locale: null,
  ringSound: true,
  ringVolume: 0.7,
  singleKeys: true,
  relayOnly: false,
  notifications: true,
};

/** Where they are kept; `public/start.js` reads the theme and the language from here before the first paint. */
export const PREFERENCES_KEY = "aethex.preferences";

/** The choices, kept in this browser. */
export interface Preferences {
  readonly store: Store<PreferenceValues>;
  change(fields: Partial<PreferenceValues>): void;
  /** What another tab did to them (the `storage` event). */
  storageChanged(key: string | null, value: string | null): void;
}

/** Reads the choices and keeps changes. */
export function createPreferences(storage: KeyValue): Preferences {
  const store = createStore<PreferenceValues>(parsePreferences(storage.getItem(PREFERENCES_KEY)));
  return {
    store,
    change(fields) {
      store.patch(fields);
      storage.setItem(PREFERENCES_KEY, JSON.stringify(store.get()));
    },
    storageChanged(key, value) {
      if (key === PREFERENCES_KEY || key === null) store.patch(parsePreferences(value));
    },
  };
}

/** Choices from a stored text; whatever is not allowed is as usual. */
export function parsePreferences(text: string | null): PreferenceValues {
  const kept = fieldsOf(text);
  const flag = (name: "ringSound" | "singleKeys" | "relayOnly" | "notifications"): boolean => {
    const value = kept[name];
    return typeof value === "boolean" ? value : USUAL[name];
  };
  const { theme, ringVolume } = kept;
  return {
    theme: theme === "light" || theme === "dark" ? theme : USUAL.theme,
    locale: LOCALES.find((one) => one === kept.locale) ?? null,
    ringSound: flag("ringSound"),
    ringVolume:
      typeof ringVolume === "number" && ringVolume >= 0 && ringVolume <= 1 ? ringVolume : USUAL.ringVolume,
    singleKeys: flag("singleKeys"),
    relayOnly: flag("relayOnly"),
    notifications: flag("notifications"),
  };
}

function fieldsOf(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** How dates and numbers are written: as the browser's region does when its language is spoken (`en-GB`). */
export function regionOf(locale: AppLocale, browser: readonly string[]): string {
  return browser.find((tag) => tag.toLowerCase().split("-")[0] === locale) ?? locale;
}

/** The language to speak: the chosen one, else the first of the browser's that there is, else English. */
export function localeOf(chosen: AppLocale | null, browser: readonly string[]): AppLocale {
  if (chosen !== null) return chosen;
  for (const tag of browser) {
    const found = LOCALES.find((one) => tag.toLowerCase().split("-")[0] === one);
    if (found) return found;
  }
  return "en";
}
