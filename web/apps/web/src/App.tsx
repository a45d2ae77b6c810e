// The app: signed out, signed in, or finding out which.

import { useSelector } from "@aethex/calls-react";
import { Surface } from "@aethex/calls-react/ui";
import styles from "./App.module.css";
import type { App as AppParts } from "./frame/app.js";
import { Restoring } from "./frame/Restoring.js";
import { SignedIn } from "./frame/SignedIn.js";
import { AppProvider, useApp } from "./frame/scopes.js";
import { Words } from "./i18n/Words.js";
import { useLook } from "./look/useLook.js";
import { SignPage } from "./sign/SignPage.js";
import { regionOf } from "./stores/preferences.js";

/** The whole app. */
export function App({ app }: { app: AppParts }) {
  return (
    <AppProvider app={app}>
      <Spoken />
    </AppProvider>
  );
}

function Spoken() {
  const { languages } = useApp();
  const { locale } = useLook();
  return (
    <Words locale={locale} region={regionOf(locale, languages)}>
      <Gate />
    </Words>
  );
}

function Gate() {
  const { session, nonce } = useApp();
  const { theme, locale } = useLook();
  const state = useSelector(session.store, (value) => value);
  if (state.status === "signed-in") return <SignedIn key={state.user.id} user={state.user} />;
  return (
    <Surface theme={theme} locale={locale} nonce={nonce} className={styles.root}>
      {state.status === "restoring" ? <Restoring error={state.error} /> : <SignPage />}
    </Surface>
  );
}
