// The language of the app's own words.

import { createTranslator, type Translation, type Translator } from "@aethex/calls-react/i18n";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { AppLocale } from "../stores/preferences.js";
import { ar } from "./messages.ar.js";
import { en } from "./messages.en.js";

/** The catalogue of this app. */
export type AppMessages = typeof en;

const catalogues: Readonly<Record<AppLocale, Translation<AppMessages>>> = { en, ar };
const english = createTranslator<AppMessages>("en", en);
const WordsScope = createContext<Translator<AppMessages>>(english);

/** The words of a language; `region` is the tag for dates and numbers (BCP 47), of the same language. */
export function wordsOf(locale: AppLocale, region: string = locale): Translator<AppMessages> {
  return createTranslator<AppMessages>(region, catalogues[locale]);
}

/** What {@link Words} takes. */
export interface WordsProps {
  readonly locale: AppLocale;
  /** For dates and numbers. */
  readonly region: string;
  readonly children: ReactNode;
}

/** Sets the language of everything inside. */
export function Words({ locale, region, children }: WordsProps) {
  const words = useMemo(() => wordsOf(locale, region), [locale, region]);
  return <WordsScope.Provider value={words}>{children}</WordsScope.Provider>;
}

/** The words of the app in the language around. */
export function useWords(): Translator<AppMessages> {
  return useContext(WordsScope);
}
