// The title of the document: what page this is, and what wants attention.

import { useSelector } from "@aethex/calls-react";
import { useEffect } from "react";
import { useWords } from "../i18n/Words.js";
import type { Route } from "../router/route.js";
import { faceOf } from "../stores/names.js";
import { usePersonal } from "./scopes.js";

/** Keeps `document.title` true. */
export function useTitle(route: Route): void {
  const { client, conversations, missed, userId } = usePersonal();
  const { t } = useWords();
  const count = useSelector(missed.store, (value) => value.count);
  // While a hidden tab rings, the pieces of calls-react flash its title and then put back what they found.
  const ringing = useSelector(client.store, ({ rings }) => rings.length);
  const open = useSelector(conversations.store, ({ value }) =>
    route.page === "conversation" ? (value?.find((one) => one.id === route.id) ?? null) : null,
  );
  const page = (): string => {
    switch (route.page) {
      case "conversation":
        return open === null ? t("nav.conversations") : faceOf(open, userId, t("group.untitled")).name;
      case "history":
        return t("nav.history");
      case "settings":
        return t("nav.settings");
      case "call":
        return t("title.inCall");
      case "home":
      case "unknown":
        return t("nav.conversations");
    }
  };
  const badge = count === 0 ? "" : `${t("title.missed", { count })} `;
  const title = `${badge}${page()} · ${t("app.name")}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a ring that ended put back an older title.
  useEffect(() => {
    document.title = title;
  }, [title, ringing]);
}
