// Asks before something that matters, does it, and says when it did not work.

import { Banner, Button, Dialog } from "@aethex/calls-react/ui";
import { useState } from "react";
import { type ApiError, asApiError } from "../api/problem.js";
import { wordedError } from "../i18n/errors.js";
import { useWords } from "../i18n/Words.js";

/** What {@link Confirm} takes. */
export interface ConfirmProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What follows from it. */
  readonly text: string;
  /** The words of the button. */
  readonly action: string;
  readonly danger?: boolean;
  /** Rejects with an `ApiError`. */
  readonly onConfirm: () => Promise<void>;
}

/** A dialog with one question. */
export function Confirm({ open, onClose, title, text, action, danger = false, onConfirm }: ConfirmProps) {
  const words = useWords();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const close = (): void => {
    setFailure(null);
    onClose();
  };
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await onConfirm();
      close();
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
        if (!next) close();
      }}
      title={title}
      description={text}
      footer={
        <>
          <Button onClick={close}>{words.t("app.cancel")}</Button>
          <Button variant={danger ? "danger" : "primary"} busy={busy} onClick={() => void confirm()}>
            {action}
          </Button>
        </>
      }
    >
      {failure === null ? null : (
        <div role="alert">
          <Banner tone="danger">{wordedError(failure, words)}</Banner>
        </div>
      )}
    </Dialog>
  );
}
