// Between the start of the page and knowing who is signed in.

import { Button, Spinner } from "@aethex/calls-react/ui";
import { CloudOff } from "lucide-react";
import { useEffect } from "react";
import type { ApiError } from "../api/problem.js";
import { wordedError } from "../i18n/errors.js";
import { useWords } from "../i18n/Words.js";
import { Mark } from "../look/Mark.js";
import { Notice } from "../look/Notice.js";
import styles from "./Restoring.module.css";
import { useApp } from "./scopes.js";

/** Proves the session of before; says when that does not work, and tries again when the network is back. */
export function Restoring({ error }: { error: ApiError | null }) {
  const { session } = useApp();
  const words = useWords();
  const { t } = words;
  useEffect(() => {
    const again = (): void => void session.restore();
    again();
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, [session]);
  if (error !== null) {
    return (
      <main className={styles.page}>
        <Notice
          alert
          heading="h1"
          icon={<CloudOff />}
          title={t("sign.noServer")}
          text={wordedError(error, words)}
          action={
            <Button variant="primary" onClick={() => void session.restore()}>
              {t("app.retry")}
            </Button>
          }
        />
      </main>
    );
  }
  return (
    <main className={styles.page}>
      <Mark size={56} />
      <p className={styles.text}>
        <Spinner label={t("sign.restoring")} />
      </p>
    </main>
  );
}
