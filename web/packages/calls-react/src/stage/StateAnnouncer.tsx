// Has joins, leaves and other changes of the call read out.

import { useEffect } from "react";
import { useI18n } from "../i18n/index.js";
import { useSession } from "../store/index.js";
import { useAnnounce } from "../ui/LiveRegion.js";
import { changesBetween } from "./changes.js";

/** Shows nothing; speaks through the nearest `LiveRegion`. */
export function StateAnnouncer() {
  const { store } = useSession();
  const announce = useAnnounce();
  const { t } = useI18n();
  useEffect(() => {
    let before = store.get();
    return store.subscribe(() => {
      const now = store.get();
      for (const change of changesBetween(before, now)) {
        announce("name" in change ? t(change.key, { name: change.name }) : t(change.key));
      }
      before = now;
    });
  }, [store, announce, t]);
  return null;
}
