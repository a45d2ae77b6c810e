// The theme and the language of the moment.

import { useSelector } from "@aethex/calls-react";
import { useApp } from "../frame/scopes.js";
import { type AppLocale, localeOf, type PreferenceValues } from "../stores/preferences.js";
import { useDocumentLook } from "./useDocumentLook.js";

/** How the app looks and speaks; carries it to the document too. */
export function useLook(): { readonly theme: PreferenceValues["theme"]; readonly locale: AppLocale } {
  const { preferences, languages } = useApp();
  const theme = useSelector(preferences.store, (values) => values.theme);
  const locale = useSelector(preferences.store, (values) => localeOf(values.locale, languages));
  useDocumentLook(theme, locale);
  return { theme, locale };
}
