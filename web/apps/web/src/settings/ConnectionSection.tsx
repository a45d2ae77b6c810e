// How calls find their way: relays only, and a check of what works from here.

import { CheckConnection, useClientState, useSelector } from "@aethex/calls-react";
import { Switch } from "@aethex/calls-react/ui";
import { useApp } from "../frame/scopes.js";
import { useWords } from "../i18n/Words.js";
import rows from "./rows.module.css";
import { Section } from "./Section.js";

/** The switch takes effect at once, in a running call too. */
export function ConnectionSection() {
  const { preferences } = useApp();
  const { t } = useWords();
  const relayOnly = useSelector(preferences.store, (values) => values.relayOnly);
  const relay = useClientState(({ config }) => config?.features.turn ?? true);
  return (
    <Section title={t("settings.connection")}>
      <Switch
        label={t("settings.relayOnly")}
        text={t("settings.relayOnlyText")}
        checked={relayOnly}
        onChange={(next) => preferences.change({ relayOnly: next })}
      />
      {relay ? null : <p className={rows.hint}>{t("settings.relayNone")}</p>}
      <CheckConnection />
    </Section>
  );
}
