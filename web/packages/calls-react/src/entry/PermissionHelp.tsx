// How to allow the microphone or the camera after the browser was told not to.

import { type ReactElement, useState } from "react";
import { usePermissions } from "../hooks/usePermissions.js";
import { useI18n } from "../i18n/index.js";
import { Button, Dialog } from "../ui/index.js";
import { type BrowserFamily, browserFamily } from "../words/browserFamily.js";
import styles from "./PermissionHelp.module.css";

/** What {@link PermissionHelp} takes. */
export interface PermissionHelpProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly device: "microphone" | "camera";
  /** Asks for the device again; the dialog closes when that works. */
  readonly onTryAgain?: (() => Promise<void>) | undefined;
  /** Whose menus to describe; the browser's own when left out. */
  readonly browser?: BrowserFamily | undefined;
}

/** A dialog with the steps for this browser. */
export function PermissionHelp(props: PermissionHelpProps): ReactElement {
  const { open, onOpenChange, device, onTryAgain } = props;
  const { t, number } = useI18n();
  const [state, setState] = useState<"idle" | "trying" | "blocked">("idle");
  const permissions = usePermissions();
  const browser = props.browser ?? browserFamily(navigator.userAgent, navigator.maxTouchPoints);
  const tryAgain = (): void => {
    if (onTryAgain === undefined) {
      onOpenChange(false);
      return;
    }
    setState("trying");
    onTryAgain().then(
      () => {
        setState("idle");
        onOpenChange(false);
      },
      () => setState("blocked"),
    );
  };
  const steps = [1, 2, 3] as const;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t(`help.title.${device}`)}
      description={t("help.intro")}
      footer={
        <>
          <Button variant="quiet" onClick={() => onOpenChange(false)}>
            {t("help.close")}
          </Button>
          <Button variant="primary" busy={state === "trying"} onClick={tryAgain}>
            {t("help.tryAgain")}
          </Button>
        </>
      }
    >
      <ol className={styles.steps}>
        {steps.map((step) => (
          <li key={step} className={styles.step}>
            <span className={styles.number} aria-hidden="true">
              {number(step)}
            </span>
            <span>{t(`help.${browser}.${step}`)}</span>
          </li>
        ))}
      </ol>
      <p className={styles.system}>{t("help.system")}</p>
      <p role="status" className={styles.blocked}>
        {state === "blocked" && permissions?.[device] !== "granted" ? t("help.stillBlocked") : ""}
      </p>
    </Dialog>
  );
}
