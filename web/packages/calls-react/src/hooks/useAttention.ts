// Calls for attention while the page is hidden: the title flashes, and a notification shows.

import { useEffect } from "react";
import { usePageHidden } from "./usePageHidden.js";

/** What to call attention to. */
export interface Attention {
  /** Makes one call for attention different from the next. */
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

/** Milliseconds between the two titles. */
const FLASH_MS = 1000;

/**
 * While `attention` is given and the page is hidden, the document's title alternates with `title`, and a
 * notification is shown when the person allowed notifications before. It never asks for that permission.
 *
 * @param notify - Whether to show the notification too: one tab is enough.
 */
export function useAttention(attention: Attention | null, notify: boolean): void {
  const hidden = usePageHidden();
  const { id, title, body } = attention ?? { id: null, title: "", body: "" };
  useEffect(() => {
    if (id === null || !hidden) return;
    const before = document.title;
    let flashed = false;
    const flash = (): void => {
      flashed = !flashed;
      document.title = flashed ? title : before;
    };
    flash();
    const timer = setInterval(flash, FLASH_MS);
    return () => {
      clearInterval(timer);
      document.title = before;
    };
  }, [id, title, hidden]);
  useEffect(() => {
    if (id === null || !hidden || !notify) return;
    const shown = show(id, title, body);
    return () => shown?.close();
  }, [id, title, body, hidden, notify]);
}

function show(tag: string, title: string, body: string): Notification | null {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return null;
  try {
    const notification = new Notification(title, { body, tag, requireInteraction: true });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
    return notification;
  } catch {
    return null; // Chromium on Android shows notifications from service workers only
  }
}
