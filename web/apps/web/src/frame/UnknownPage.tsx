// An address without a page, or the page of a call when there is none.

import { Compass, PhoneOff } from "lucide-react";
import { useWords } from "../i18n/Words.js";
import { Notice } from "../look/Notice.js";
import { Link } from "../router/Link.js";
import styles from "./UnknownPage.module.css";

/** Says so, and leads back. */
export function UnknownPage({ reason }: { reason: "unknown" | "no-call" }) {
  const { t } = useWords();
  const none = reason === "no-call";
  return (
    <Notice
      fill
      heading="h1"
      icon={none ? <PhoneOff /> : <Compass />}
      title={none ? t("call.none") : t("unknown.title")}
      text={none ? t("call.noneText") : t("unknown.text")}
      action={
        <Link to={{ page: "home" }} className={styles.link}>
          {t("call.toConversations")}
        </Link>
      }
    />
  );
}
