// The page before signing in: what this is, and the form that fits the server.

import type { ConfigResponse } from "@aethex/calls-client";
import { useSelector } from "@aethex/calls-react";
import { Banner, Button, Spinner } from "@aethex/calls-react/ui";
import { Building2, CloudOff } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { type ApiError, asApiError } from "../api/problem.js";
import { useApp } from "../frame/scopes.js";
import { useWords } from "../i18n/Words.js";
import { Mark } from "../look/Mark.js";
import { Notice } from "../look/Notice.js";
import type { SignMode } from "./fields.js";
import { SignForm } from "./SignForm.js";
import styles from "./SignPage.module.css";

/** Sign in, sign up, or why neither is possible here. */
export function SignPage() {
  const { t } = useWords();
  return (
    <div className={styles.page}>
      <aside className={styles.welcome}>
        <Ripples />
        <div className={styles.claim}>
          <Mark size={48} />
          <p className={styles.claimTitle}>{t("sign.welcome")}</p>
          <p className={styles.claimText}>{t("sign.claim")}</p>
        </div>
      </aside>
      <main className={styles.main}>
        <div className={styles.card}>
          <p className={styles.brand}>
            <Mark size={36} />
            <span>{t("app.name")}</span>
          </p>
          <Ways />
        </div>
      </main>
    </div>
  );
}

function Ways() {
  const { open, session } = useApp();
  const { t } = useWords();
  const why = useSelector(session.store, (state) => (state.status === "signed-out" ? state.why : "never"));
  const [config, setConfig] = useState<ConfigResponse | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [mode, setMode] = useState<SignMode>("in");

  const ask = useCallback(
    (signal?: AbortSignal) => {
      setError(null);
      open.config(signal).then(setConfig, (thrown) => {
        if (!signal?.aborted) setError(asApiError(thrown));
      });
    },
    [open],
  );
  useEffect(() => {
    const asking = new AbortController();
    ask(asking.signal);
    return () => asking.abort();
  }, [ask]);

  if (error !== null) {
    const again = (
      <Button variant="primary" onClick={() => ask()}>
        {t("app.retry")}
      </Button>
    );
    return (
      <Notice
        alert
        heading="h1"
        icon={<CloudOff />}
        title={t("sign.noServer")}
        text={t("sign.noServerText")}
        action={again}
      />
    );
  }
  if (config === null)
    return (
      <p className={styles.waiting}>
        <Spinner />
      </p>
    );
  if (config.identity === "host") {
    return <Notice heading="h1" icon={<Building2 />} title={t("sign.hostTitle")} text={t("sign.hostText")} />;
  }
  const closed = config.registration === "closed";
  return (
    <>
      <h1 className={styles.title}>{mode === "in" ? t("sign.inTitle") : t("sign.upTitle")}</h1>
      {why === "expired" ? <Banner tone="info">{t("sign.expired")}</Banner> : null}
      {why === "by-choice" ? <Banner tone="info">{t("sign.signedOut")}</Banner> : null}
      <SignForm key={mode} mode={mode} registration={config.registration} />
      {closed ? (
        <p className={styles.other}>{t("sign.closed")}</p>
      ) : (
        <p className={styles.other}>
          {mode === "in" ? t("sign.toUp") : t("sign.toIn")}{" "}
          <button
            type="button"
            className={styles.switch}
            onClick={() => setMode(mode === "in" ? "up" : "in")}
          >
            {mode === "in" ? t("sign.up") : t("sign.in")}
          </button>
        </p>
      )}
    </>
  );
}

/** Rings on still water; decoration. */
function Ripples() {
  return (
    <svg
      className={styles.ripples}
      viewBox="0 0 600 600"
      aria-hidden="true"
      preserveAspectRatio="xMidYMid slice"
    >
      {[40, 90, 150, 220, 300, 390].map((radius, ring) => (
        <ellipse
          key={radius}
          cx="300"
          cy="490"
          rx={radius}
          ry={radius * 0.3}
          fill="none"
          stroke="currentColor"
          strokeWidth={2.4 - ring * 0.3}
          opacity={0.5 - ring * 0.07}
        />
      ))}
    </svg>
  );
}
