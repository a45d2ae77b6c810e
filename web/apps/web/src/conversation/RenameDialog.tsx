// Another name for a group.

import type { Conversation } from "@aethex/calls-client";
import { Button, Dialog, TextField } from "@aethex/calls-react/ui";
import { type FormEvent, useEffect, useId, useState } from "react";
import { type ApiError, asApiError } from "../api/problem.js";
import { usePersonal } from "../frame/scopes.js";
import { wordedError } from "../i18n/errors.js";
import { useWords } from "../i18n/Words.js";

/** What {@link RenameDialog} takes. */
export interface RenameDialogProps {
  readonly conversation: Conversation;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** A dialog with the name of the group. */
export function RenameDialog({ conversation, open, onClose }: RenameDialogProps) {
  const { conversations } = usePersonal();
  const words = useWords();
  const { t } = words;
  const form = useId();
  const [title, setTitle] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each opening begins with the name of then.
  useEffect(() => {
    if (open) setTitle(conversation.title ?? "");
  }, [open]);
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      await conversations.retitle(conversation.id, title.trim() === "" ? null : title.trim());
      onClose();
    } catch (thrown) {
      setFailure(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      size="s"
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={t("group.rename")}
      footer={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button type="submit" form={form} variant="primary" busy={busy}>
            {t("app.save")}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={(event) => void save(event)} noValidate>
        <TextField
          label={t("group.name")}
          value={title}
          maxLength={64}
          autoComplete="off"
          error={failure === null ? undefined : wordedError(failure, words)}
          onChange={(event) => setTitle(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
