// Everything a person can choose, in sections.

import { Button } from "@aethex/calls-react/ui";
import { LogOut } from "lucide-react";
import { useState } from "react";
import { signOut } from "../frame/personal.js";
import { useApp, usePersonal } from "../frame/scopes.js";
import { useManagedElsewhere } from "../home/useManagedElsewhere.js";
import { useWords } from "../i18n/Words.js";
import { BlockedSection } from "./BlockedSection.js";
import { ConnectionSection } from "./ConnectionSection.js";
import { DevicesSection } from "./DevicesSection.js";
import { KeysSection } from "./KeysSection.js";
import { LookSection } from "./LookSection.js";
import { ProfileSection } from "./ProfileSection.js";
import { QuietSection } from "./QuietSection.js";
import { RingSection } from "./RingSection.js";
import { Section } from "./Section.js";
import styles from "./SettingsPage.module.css";

/** The page of settings. */
export function SettingsPage() {
  const { session, warn } = useApp();
  const personal = usePersonal();
  const { t } = useWords();
  const managed = useManagedElsewhere();
  const [leaving, setLeaving] = useState(false);
  const leave = (): void => {
    setLeaving(true);
    signOut(session, personal).catch(warn);
  };
  return (
    <div className={styles.page}>
      <div className={styles.inner}>
        <h1 className={styles.title}>{t("settings.title")}</h1>
        <ProfileSection />
        <QuietSection />
        <DevicesSection />
        <ConnectionSection />
        <RingSection />
        <LookSection />
        <KeysSection />
        <BlockedSection />
        {managed ? null : (
          <Section title={t("settings.session")}>
            <p>
              <Button icon={<LogOut aria-hidden="true" />} busy={leaving} onClick={leave}>
                {t("settings.signOut")}
              </Button>
            </p>
          </Section>
        )}
      </div>
    </div>
  );
}
