// A small card that comes by itself: a second call, something that happened.

import { X } from "lucide-react";
import type { ReactNode } from "react";
import { createPortal } from "react-dom";
import { useI18n } from "../i18n/index.js";
import { usePortalPlace } from "../theme/PortalScope.js";
import { IconButton } from "./IconButton.js";
import styles from "./Toast.module.css";

/** What {@link Toast} takes. */
export interface ToastProps {
  readonly title: ReactNode;
  readonly text?: ReactNode;
  /** Before the words: an icon or an avatar. */
  readonly icon?: ReactNode;
  /** The buttons. */
  readonly actions?: ReactNode;
  /** With it, there is a button to close. How long the toast stays is up to its owner. */
  readonly onDismiss?: (() => void) | undefined;
}

/** One card; put it in a {@link ToastRegion}. */
export function Toast({ title, text, icon, actions, onDismiss }: ToastProps) {
  const { t } = useI18n();
  return (
    <li className={styles.toast}>
      {icon}
      <div className={styles.words}>
        <div className={styles.title}>{title}</div>
        {text === undefined ? null : <div className={styles.text}>{text}</div>}
      </div>
      {onDismiss === undefined ? null : (
        <IconButton size="s" label={t("ui.dismiss")} icon={<X aria-hidden="true" />} onClick={onDismiss} />
      )}
      {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
    </li>
  );
}

/** The corner where toasts appear: top, at the end side; on phones the whole width. Read out politely. */
export function ToastRegion({ children }: { children?: ReactNode }) {
  const { t } = useI18n();
  const place = usePortalPlace();
  if (place === undefined) return null;
  return createPortal(
    <section className={styles.region} aria-label={t("ui.notifications")} aria-live="polite">
      <ol className={styles.list}>{children}</ol>
    </section>,
    place,
  );
}
