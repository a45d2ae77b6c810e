// Making a group: a name and people.

import type { User } from "@aethex/calls-client";
import { Banner, Button, Dialog, TextField } from "@aethex/calls-react/ui";
import { type FormEvent, useId, useState } from "react";
import { type ApiError, asApiError } from "../api/problem.js";
import { useApp, usePersonal } from "../frame/scopes.js";
import { wordedError } from "../i18n/errors.js";
import { useWords } from "../i18n/Words.js";
import styles from "./GroupDialog.module.css";
import { PeoplePicker } from "./PeoplePicker.js";

/** What {@link GroupDialog} takes. */
export interface GroupDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** A dialog that makes a group and goes to it. */
export function GroupDialog({ open, onOpenChange }: GroupDialogProps) {
  const { t } = useWords();
  const form = useId();
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("group.title")}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{t("app.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" busy={busy}>
            {t("group.create")}
          </Button>
        </>
      }
    >
      <GroupForm id={form} onBusy={setBusy} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

interface GroupFormProps {
  readonly id: string;
  readonly onBusy: (busy: boolean) => void;
  readonly onDone: () => void;
}

function GroupForm({ id, onBusy, onDone }: GroupFormProps) {
  const { router } = useApp();
  const { conversations, userId } = usePersonal();
  const words = useWords();
  const { t } = words;
  const [title, setTitle] = useState("");
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const [checked, setChecked] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setChecked(true);
    setFailure(null);
    if (title.trim() === "" || chosen.length === 0) return;
    onBusy(true);
    try {
      const memberIds = chosen.map((person) => person.id);
      const made = await conversations.create({ kind: "group", title: title.trim(), memberIds });
      onDone();
      router.go({ page: "conversation", id: made.id });
    } catch (thrown) {
      setFailure(asApiError(thrown));
    } finally {
      onBusy(false);
    }
  };
  return (
    <form id={id} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      {failure === null ? null : (
        <div role="alert">
          <Banner tone="danger">{wordedError(failure, words)}</Banner>
        </div>
      )}
      <TextField
        label={t("group.name")}
        value={title}
        maxLength={64}
        autoComplete="off"
        error={checked && title.trim() === "" ? t("group.nameMissing") : undefined}
        onChange={(event) => setTitle(event.target.value)}
      />
      <PeoplePicker chosen={chosen} onChange={setChosen} without={new Set([userId])} />
      {checked && chosen.length === 0 ? (
        <p className={styles.fault} role="alert">
          {t("group.nobody")}
        </p>
      ) : null}
    </form>
  );
}
