// Keys without a modifier, which WCAG 2.1.4 wants a switch for.

import { useSelector } from "@aethex/calls-react";
import { Switch } from "@aethex/calls-react/ui";
import { useApp } from "../frame/scopes.js";
import { useWords } from "../i18n/Words.js";
import { Section } from "./Section.js";

/** The switch. */
export function KeysSection() {
  const { preferences } = useApp();
  const { t } = useWords();
  const singleKeys = useSelector(preferences.store, (values) => values.singleKeys);
  return (
    <Section title={t("settings.keys")}>
      <Switch
        label={t("settings.singleKeys")}
        text={t("settings.singleKeysText")}
        checked={singleKeys}
        onChange={(next) => preferences.change({ singleKeys: next })}
      />
    </Section>
  );
}
