// Who is in a group.

import type { Conversation, User } from "@aethex/calls-client";
import { Banner, Button, Dialog, IconButton } from "@aethex/calls-react/ui";
import { UserMinus, UserPlus } from "lucide-react";
import { useState } from "react";
import { type ApiError, asApiError } from "../api/problem.js";
import { usePersonal } from "../frame/scopes.js";
import { PeoplePicker } from "../home/PeoplePicker.js";
import { useManagedElsewhere } from "../home/useManagedElsewhere.js";
import { wordedError } from "../i18n/errors.js";
import { useWords } from "../i18n/Words.js";
import { FaceAvatar } from "../look/Presence.js";
import styles from "./Section.module.css";

/** The members with their presence; the owner may take people out, everybody may add some. */
export function Members({ conversation }: { conversation: Conversation }) {
  const { conversations, userId } = usePersonal();
  const words = useWords();
  const { t } = words;
  const managed = useManagedElsewhere();
  const [adding, setAdding] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const owner = conversation.members.some((one) => one.userId === userId && one.role === "owner");
  const remove = (memberId: string): void => {
    setFailure(null);
    conversations
      .removeMember(conversation.id, memberId, false)
      .catch((thrown: unknown) => setFailure(asApiError(thrown)));
  };
  return (
    <section className={styles.section} aria-labelledby="members-title">
      <div className={styles.head}>
        <h2 id="members-title" className={styles.title}>
          {t("conversation.members")}
        </h2>
        {managed ? null : (
          <IconButton
            label={t("group.add")}
            icon={<UserPlus aria-hidden="true" />}
            onClick={() => setAdding(true)}
          />
        )}
      </div>
      {failure === null ? null : (
        <div role="alert">
          <Banner tone="danger" onDismiss={() => setFailure(null)}>
            {wordedError(failure, words)}
          </Banner>
        </div>
      )}
      <ul className={styles.list}>
        {conversation.members.map((member) => {
          const self = member.userId === userId;
          const face = { name: member.userName, avatarId: member.userId, group: false };
          return (
            <li key={member.userId} className={styles.member}>
              <FaceAvatar face={face} online={self ? undefined : member.online} />
              <span className={styles.words}>
                <span className={styles.name}>
                  <bdi>{self ? t("conversation.you", { name: member.userName }) : member.userName}</bdi>
                </span>
                {member.role === "owner" ? <span className={styles.role}>{t("group.owner")}</span> : null}
              </span>
              {owner && !self && !managed ? (
                <IconButton
                  size="s"
                  label={t("group.remove", { name: member.userName })}
                  icon={<UserMinus aria-hidden="true" />}
                  onClick={() => remove(member.userId)}
                />
              ) : null}
            </li>
          );
        })}
      </ul>
      {managed ? null : <AddMembers conversation={conversation} open={adding} onOpenChange={setAdding} />}
    </section>
  );
}

interface AddMembersProps {
  readonly conversation: Conversation;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

function AddMembers({ conversation, open, onOpenChange }: AddMembersProps) {
  const { conversations } = usePersonal();
  const words = useWords();
  const { t } = words;
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const change = (next: boolean): void => {
    setChosen([]);
    setFailure(null);
    onOpenChange(next);
  };
  const add = async (): Promise<void> => {
    setBusy(true);
    try {
      await conversations.addMembers(
        conversation.id,
        chosen.map((person) => person.id),
      );
      change(false);
    } catch (thrown) {
      setFailure(asApiError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={t("group.add")}
      footer={
        <>
          <Button onClick={() => change(false)}>{t("app.cancel")}</Button>
          <Button variant="primary" busy={busy} disabled={chosen.length === 0} onClick={() => void add()}>
            {t("group.add")}
          </Button>
        </>
      }
    >
      {failure === null ? null : (
        <div role="alert">
          <Banner tone="danger">{wordedError(failure, words)}</Banner>
        </div>
      )}
      <PeoplePicker
        chosen={chosen}
        onChange={setChosen}
        without={new Set(conversation.members.map((member) => member.userId))}
      />
    </Dialog>
  );
}
