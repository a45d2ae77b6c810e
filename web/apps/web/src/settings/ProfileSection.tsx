// The own name.

import { useSelector } from "@aethex/calls-react";
import { Button, TextField, useAnnounce } from "@aethex/calls-react/ui";
import { type FormEvent, useState } from "react";
import { type ApiError, asApiError } from "../api/problem.js";
import { useApp, usePersonal } from "../frame/scopes.js";
import { useManagedElsewhere } from "../home/useManagedElsewhere.js";
import { wordedError } from "../i18n/errors.js";
import { useWords } from "../i18n/Words.js";
import rows from "./rows.module.css";
import { Section } from "./Section.js";

/** How others see the person. */
export function ProfileSection() {
  const { session } = useApp();
  const { profile } = usePersonal();
  const words = useWords();
  const { t } = words;
  const announce = useAnnounce();
  const managed = useManagedElsewhere();
  const user = useSelector(session.store, (state) => (state.status === "signed-in" ? state.user : null));
  const [name, setName] = useState(user?.name ?? "");
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  if (user === null) return null;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (name.trim() === "" || name.trim() === user.name) return;
    setBusy(true);
    setFailure(null);
    try {
      session.renamed(await profile.rename(name.trim()));
      setSaved(true);
      announce(t("app.saved"));
    } catch (thrown) {
      setFailure(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };
  const fault = (): string | undefined => {
    if (name.trim() === "") return t("sign.nameMissing");
    if (failure === null) return undefined;
    return failure.field("name") === null ? wordedError(failure, words) : t("sign.nameLong");
  };
  return (
    <Section title={t("settings.profile")} text={t("settings.identifier", { identifier: user.identifier })}>
      <form className={rows.inline} onSubmit={(event) => void save(event)} noValidate>
        <TextField
          label={t("settings.name")}
          hint={saved ? t("app.saved") : t("settings.nameHint")}
          value={name}
          maxLength={64}
          autoComplete="name"
          disabled={managed}
          error={fault()}
          onChange={(event) => {
            setName(event.target.value);
            setSaved(false);
            setFailure(null);
          }}
        />
        {managed || name.trim() === user.name || name.trim() === "" ? null : (
          <Button type="submit" variant="primary" busy={busy}>
            {t("app.save")}
          </Button>
        )}
      </form>
    </Section>
  );
}
