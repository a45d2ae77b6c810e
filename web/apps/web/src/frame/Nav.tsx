// The main navigation: a rail at the side, on phones a bar below.

import { useSelector } from "@aethex/calls-react";
import { Avatar, cx, VisuallyHidden } from "@aethex/calls-react/ui";
import { MessagesSquare, Phone, Settings } from "lucide-react";
import type { ReactNode } from "react";
import { useWords } from "../i18n/Words.js";
import { Mark } from "../look/Mark.js";
import { Link } from "../router/Link.js";
import type { Route } from "../router/route.js";
import { useRoute } from "../router/useRoute.js";
import { MOST_SHOWN } from "../stores/missed.js";
import styles from "./Nav.module.css";
import { useApp, usePersonal } from "./scopes.js";

/** Goes between conversations, calls and settings; carries the badge of missed calls. */
export function Nav() {
  const { session } = useApp();
  const { missed } = usePersonal();
  const words = useWords();
  const { t } = words;
  const { page } = useRoute();
  const count = useSelector(missed.store, (value) => value.count);
  const user = useSelector(session.store, (state) => (state.status === "signed-in" ? state.user : null));
  const badge = count > MOST_SHOWN ? `${words.number(MOST_SHOWN)}+` : words.number(count);
  return (
    <nav className={cx(styles.nav, page === "conversation" && styles.deep)} aria-label={t("nav.label")}>
      <span className={styles.mark}>
        <Mark size={36} />
      </span>
      <ul className={styles.list}>
        <Item
          to={{ page: "home" }}
          here={page === "home" || page === "conversation"}
          icon={<MessagesSquare />}
        >
          {t("nav.conversations")}
        </Item>
        <Item to={{ page: "history" }} here={page === "history"} icon={<Phone />}>
          {t("nav.history")}
          {count === 0 ? null : (
            <>
              <span className={styles.badge} aria-hidden="true" data-testid="missed-badge">
                {badge}
              </span>
              <VisuallyHidden> · {t("nav.missed", { count })}</VisuallyHidden>
            </>
          )}
        </Item>
        <Item to={{ page: "settings" }} here={page === "settings"} icon={<Settings />}>
          {t("nav.settings")}
        </Item>
      </ul>
      {user === null ? null : (
        <div className={styles.me} title={t("nav.signedInAs", { name: user.name })}>
          <Avatar userId={user.id} name={user.name} size="s" />
          <VisuallyHidden>{t("nav.signedInAs", { name: user.name })}</VisuallyHidden>
        </div>
      )}
    </nav>
  );
}

function Item({
  to,
  here,
  icon,
  children,
}: {
  to: Route;
  here: boolean;
  icon: ReactNode;
  children: ReactNode;
}) {
  return (
    <li>
      <Link to={to} className={styles.item} aria-current={here ? "page" : undefined}>
        <span className={styles.icon} aria-hidden="true">
          {icon}
        </span>
        <span className={styles.label}>{children}</span>
      </Link>
    </li>
  );
}
