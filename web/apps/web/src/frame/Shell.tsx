// The frame around every page: navigation, the page itself, and calls over all of it.

import { useSelector } from "@aethex/calls-react";
import { useEffect, useRef } from "react";
import { CallLayer } from "../call/CallLayer.js";
import { HistoryPage } from "../history/HistoryPage.js";
import { HomePage } from "../home/HomePage.js";
import { useWords } from "../i18n/Words.js";
import type { Route } from "../router/route.js";
import { useRoute } from "../router/useRoute.js";
import { SettingsPage } from "../settings/SettingsPage.js";
import { Nav } from "./Nav.js";
import { Offline } from "./Offline.js";
import styles from "./Shell.module.css";
import { usePersonal } from "./scopes.js";
import { UnknownPage } from "./UnknownPage.js";
import { useTitle } from "./useTitle.js";

/** Everything that a person who is signed in sees. */
export function Shell() {
  const { t } = useWords();
  const route = useRoute();
  const { client } = usePersonal();
  const main = useRef<HTMLElement>(null);
  const inCall = useSelector(client.session, ({ current }) => current !== null);
  const covered = route.page === "call" && inCall;
  useTitle(route);
  useFocusOnPage(main, route);
  return (
    <>
      <div className={styles.shell} inert={covered} data-mini={inCall && !covered}>
        <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
          {t("app.skip")}
        </button>
        <Nav />
        <div className={styles.body}>
          <Offline />
          <main id="main" ref={main} tabIndex={-1} className={styles.main}>
            <Page route={route} />
          </main>
        </div>
      </div>
      <CallLayer />
    </>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case "home":
      return <HomePage conversationId={null} />;
    case "conversation":
      return <HomePage conversationId={route.id} />;
    case "history":
      return <HistoryPage />;
    case "settings":
      return <SettingsPage />;
    case "call":
      return <UnknownPage reason="no-call" />;
    case "unknown":
      return <UnknownPage reason="unknown" />;
  }
}

/** A page that is gone to takes the focus, as a page load would; the first one leaves it alone. */
function useFocusOnPage(main: React.RefObject<HTMLElement | null>, route: Route): void {
  const before = useRef(route);
  useEffect(() => {
    if (before.current === route) return;
    before.current = route;
    if (route.page !== "call") main.current?.focus({ preventScroll: true });
  }, [main, route]);
}
