// Tells screen readers what happens, politely.

import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import styles from "./VisuallyHidden.module.css";

/** Has a text read out. */
export type Announce = (text: string) => void;

const AnnounceContext = createContext<Announce>(() => {});

/** How many of the last messages stay in the document, for readers that are slow. */
const KEPT = 4;

/** Holds the region in which messages of everything inside are read out. */
export function LiveRegion({ children }: { children: ReactNode }) {
  const [messages, setMessages] = useState<readonly { readonly id: number; readonly text: string }[]>([]);
  const next = useRef(0);
  const announce = useCallback<Announce>((text) => {
    next.current += 1;
    const message = { id: next.current, text };
    setMessages((before) => [...before, message].slice(-KEPT));
  }, []);
  return (
    <AnnounceContext.Provider value={announce}>
      {children}
      <div className={styles.hidden} role="status" aria-live="polite" aria-atomic="false" data-ax-live="">
        {messages.map((message) => (
          <p key={message.id}>{message.text}</p>
        ))}
      </div>
    </AnnounceContext.Provider>
  );
}

/** The way to have something read out; silent outside of a {@link LiveRegion}. */
export function useAnnounce(): Announce {
  return useContext(AnnounceContext);
}
