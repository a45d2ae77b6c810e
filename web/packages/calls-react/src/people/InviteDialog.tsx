// Chooses people to call into the running call.

import { useState } from "react";
import { useIntent } from "../bar/useIntent.js";
import { useCall } from "../hooks/useCall.js";
import { useI18n } from "../i18n/index.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { shallowEqual } from "../store/index.js";
import { Avatar } from "../ui/Avatar.js";
import { Button } from "../ui/Button.js";
import { Dialog } from "../ui/Dialog.js";
import styles from "./InviteDialog.module.css";

/** Somebody who may be invited. */
export interface Candidate {
  readonly userId: string;
  readonly userName: string;
}

/** What {@link InviteDialog} takes. */
export interface InviteDialogProps {
  /** Everybody who could be called; who is in the call or being called is left out by itself. */
  readonly candidates: readonly Candidate[];
}

/** Open while the view says so. */
export function InviteDialog({ candidates }: InviteDialogProps) {
  const view = useCallView();
  const open = useViewState((state) => state.dialog === "invite");
  if (!open) return null;
  return <Choice candidates={candidates} onDone={() => view.toggle("invite")} />;
}

function Choice({ candidates, onDone }: { candidates: readonly Candidate[]; onDone: () => void }) {
  const { t } = useI18n();
  const intend = useIntent();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const here = useCall(
    (call) =>
      call.participants
        .filter((one) => one.status === "joined" || one.status === "invited" || one.status === "ringing")
        .map((one) => one.userId),
    shallowEqual,
  );
  const open = candidates.filter((candidate) => !here.includes(candidate.userId));
  const toggle = (userId: string): void => {
    const next = new Set(chosen);
    if (!next.delete(userId)) next.add(userId);
    setChosen(next);
  };
  const send = (): void => {
    intend({ type: "invite", userIds: [...chosen] });
    onDone();
  };
  return (
    <Dialog
      open
      onOpenChange={onDone}
      title={t("people.invite")}
      description={t(open.length === 0 ? "people.inviteNobody" : "people.inviteText")}
      size="s"
      footer={
        open.length === 0 ? (
          <Button onClick={onDone}>{t("ui.close")}</Button>
        ) : (
          <>
            <Button onClick={onDone}>{t("people.cancel")}</Button>
            <Button variant="primary" disabled={chosen.size === 0} onClick={send}>
              {t("people.inviteSend", { count: chosen.size })}
            </Button>
          </>
        )
      }
    >
      {open.length === 0 ? null : (
        <ul>
          {open.map(({ userId, userName }) => (
            <li key={userId}>
              <label className={styles.row}>
                <Avatar userId={userId} name={userName} />
                <span className={styles.name}>
                  <bdi>{userName}</bdi>
                </span>
                <input
                  type="checkbox"
                  className={styles.box}
                  checked={chosen.has(userId)}
                  onChange={() => toggle(userId)}
                />
              </label>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
