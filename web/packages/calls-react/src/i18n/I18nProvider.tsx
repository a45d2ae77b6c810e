// The language of the pieces below.

import { createContext, type ReactNode, useContext, useMemo } from "react";
import { catalogues, en, type Messages } from "./messages.js";
import { createTranslator, type Translation, type Translator } from "./translate.js";

const english = createTranslator<Messages>("en", en);
const I18nContext = createContext<Translator<Messages>>(english);

/** What {@link I18nProvider} takes. */
export interface I18nProviderProps {
  /** BCP 47; English when its language has no catalogue and no `messages` are given. */
  readonly locale?: string | undefined;
  /** Own words in place of some, or all, of the built-in ones. */
  readonly messages?: Partial<Translation<Messages>> | undefined;
  readonly children: ReactNode;
}

/** Sets the language of everything inside. */
export function I18nProvider({ locale = "en", messages, children }: I18nProviderProps) {
  const translator = useMemo(() => {
    const language = locale.toLowerCase().split("-")[0] ?? "en";
    const known = catalogues[language];
    const tag = known === undefined && messages === undefined ? "en" : locale;
    return createTranslator<Messages>(tag, { ...(known ?? en), ...messages });
  }, [locale, messages]);
  return <I18nContext.Provider value={translator}>{children}</I18nContext.Provider>;
}

/** The language around: English outside of every {@link I18nProvider}. */
export function useI18n(): Translator<Messages> {
  return useContext(I18nContext);
}
