// Carries theme and language to the document itself: scroll bars, form controls, the browser's own bar.

import { directionOf } from "@aethex/calls-react/i18n";
import { useLayoutEffect } from "react";
import type { AppLocale, PreferenceValues } from "../stores/preferences.js";

/** Sets `lang`, `dir` and `data-theme` of the document; `public/start.js` does the same before the first paint. */
export function useDocumentLook(theme: PreferenceValues["theme"], locale: AppLocale): void {
  useLayoutEffect(() => {
    const root = document.documentElement;
    root.lang = locale;
    root.dir = directionOf(locale);
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
  }, [theme, locale]);
}
