// Theme and language.

import { useSelector } from "@aethex/calls-react";
import { Select } from "@aethex/calls-react/ui";
import { useApp } from "../frame/scopes.js";
import { useWords } from "../i18n/Words.js";
import { LOCALES } from "../stores/preferences.js";
import rows from "./rows.module.css";
import { Section } from "./Section.js";

const THEMES = ["system", "light", "dark"] as const;
/** Languages call themselves by their own name. */
const LANGUAGE_NAMES = { en: "English", ar: "العربية" } as const;

/** How the app looks and speaks in this browser. */
export function LookSection() {
  const { preferences } = useApp();
  const { t } = useWords();
  const { theme, locale } = useSelector(preferences.store, (values) => values);
  const themeNames = {
    system: t("settings.themeSystem"),
    light: t("settings.themeLight"),
    dark: t("settings.themeDark"),
  } as const;
  return (
    <Section title={t("settings.look")}>
      <div className={rows.pair}>
        <Select
          label={t("settings.theme")}
          value={theme}
          options={THEMES.map((one) => ({ value: one, label: themeNames[one] }))}
          onChange={(value) => preferences.change({ theme: THEMES.find((one) => one === value) ?? "system" })}
        />
        <Select
          label={t("settings.language")}
          value={locale ?? ""}
          options={[
            { value: "", label: t("settings.languageSystem") },
            ...LOCALES.map((one) => ({ value: one, label: LANGUAGE_NAMES[one] })),
          ]}
          onChange={(value) => preferences.change({ locale: LOCALES.find((one) => one === value) ?? null })}
        />
      </div>
    </Section>
  );
}
