// Blocked people, and letting them call again.

import { useSelector } from "@aethex/calls-react";
import { Avatar, Banner, Button, Spinner } from "@aethex/calls-react/ui";
import { useEffect, useState } from "react";
import { type ApiError, asApiError } from "../api/problem.js";
import { usePersonal } from "../frame/scopes.js";
import { wordedError } from "../i18n/errors.js";
import { useWords } from "../i18n/Words.js";
import rows from "./rows.module.css";
import { Section } from "./Section.js";

/** The list. */
export function BlockedSection() {
  const { blocks } = usePersonal();
  const words = useWords();
  const { t } = words;
  const { value, error } = useSelector(blocks.store, (state) => state);
  const [failure, setFailure] = useState<ApiError | null>(null);
  useEffect(() => void blocks.load(), [blocks]);
  const wrong = failure ?? error;
  const unblock = (userId: string): void => {
    setFailure(null);
    blocks.unblock(userId).catch((thrown: unknown) => setFailure(asApiError(thrown)));
  };
  return (
    <Section title={t("settings.blocks")} text={t("settings.blocksText")}>
      {wrong === null ? null : (
        <div role="alert">
          <Banner tone="danger" action={{ label: t("app.retry"), onClick: () => void blocks.load() }}>
            {wordedError(wrong, words)}
          </Banner>
        </div>
      )}
      {value === null ? (
        error === null ? (
          <Spinner />
        ) : null
      ) : value.length === 0 ? (
        <p className={rows.hint}>{t("settings.blocksNone")}</p>
      ) : (
        <ul>
          {value.map(({ user }) => (
            <li key={user.id} className={rows.person}>
              <Avatar userId={user.id} name={user.name} size="s" />
              <span className={rows.words}>
                <bdi className={rows.name}>{user.name}</bdi>
              </span>
              <Button
                size="s"
                aria-label={t("conversation.unblock", { name: user.name })}
                onClick={() => unblock(user.id)}
              >
                {t("conversation.unblockAction")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
