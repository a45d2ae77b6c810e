// The app of somebody who is signed in: connected as long as it is mounted.

import type { User } from "@aethex/calls-client";
import { CallProvider, useSelector } from "@aethex/calls-react";
import { LiveRegion, Surface } from "@aethex/calls-react/ui";
import { useEffect, useMemo, useState } from "react";
import styles from "../App.module.css";
import { useLook } from "../look/useLook.js";
import type { Personal } from "./personal.js";
import { Restoring } from "./Restoring.js";
import { Shell } from "./Shell.js";
import { PersonalProvider, useApp } from "./scopes.js";

/** Connects the person, and shows the app. */
export function SignedIn({ user }: { user: User }) {
  const app = useApp();
  const { theme, locale } = useLook();
  const [personal, setPersonal] = useState<Personal | null>(null);
  const singleKeys = useSelector(app.preferences.store, (values) => values.singleKeys);
  const features = useMemo(() => ({ singleKeys }), [singleKeys]);
  // The component is keyed by the person, so another name of the same person connects nothing anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  useEffect(() => {
    const mine = app.personalOf(user);
    setPersonal(mine);
    return () => mine.dispose();
  }, [app, user.id]);

  const look = { theme, locale, nonce: app.nonce, className: styles.root };
  if (personal === null) {
    return (
      <Surface {...look}>
        <Restoring error={null} />
      </Surface>
    );
  }
  return (
    <CallProvider client={personal.client} features={features} {...look}>
      <LiveRegion>
        <PersonalProvider personal={personal}>
          <Shell />
        </PersonalProvider>
      </LiveRegion>
    </CallProvider>
  );
}
