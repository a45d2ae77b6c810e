// Says when the server is out of reach, and when it is back.

import { useSelector } from "@aethex/calls-react";
import { Banner, useAnnounce } from "@aethex/calls-react/ui";
import { WifiOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useWords } from "../i18n/Words.js";
import styles from "./Offline.module.css";
import { usePersonal } from "./scopes.js";

/** A blink of the network is nothing to tell, in milliseconds. */
const PATIENCE_MS = 2500;

/** The state of the connection, in one slot above the page. */
export function Offline() {
  const { client } = usePersonal();
  const { t } = useWords();
  const announce = useAnnounce();
  const connection = useSelector(client.store, (state) => state.connection);
  const [shown, setShown] = useState(false);
  const told = useRef(false);
  useEffect(() => {
    if (connection === "connected") {
      setShown(false);
      if (told.current) announce(t("offline.back"));
      told.current = false;
      return;
    }
    const timer = setTimeout(() => {
      told.current = true;
      setShown(true);
    }, PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [connection, announce, t]);
  return (
    <div role="status" className={styles.slot}>
      {shown ? (
        <Banner tone="warn" icon={<WifiOff />}>
          {connection === "refused" ? t("offline.refused") : t("offline.text")}
        </Banner>
      ) : null}
    </div>
  );
}
