// Shows the call in a window over all others while the view says so.

import { useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { useI18n } from "../i18n/index.js";
import { useCallView, useViewState } from "../stage/CallViewContext.js";
import { PortalScope } from "../theme/PortalScope.js";
import { MiniView } from "./MiniView.js";
import styles from "./PopOut.module.css";
import { hasDocumentWindows, openWindow } from "./popOut.js";

/** What {@link PopOut} takes. */
export interface PopOutProps {
  /** Where the call is shown: its theme is copied, and its largest video is what browsers with video windows only show. */
  readonly root: HTMLElement | null;
}

/** Opens and closes with `mini` of the view, and tells the view when the person closes the window. */
export function PopOut({ root }: PopOutProps) {
  const view = useCallView();
  const wanted = useViewState((state) => state.mini);
  const { t, locale, dir } = useI18n();
  const [opened, setOpened] = useState<Window | null>(null);
  useEffect(() => {
    if (!wanted || root === null) return;
    const closed = (): void => {
      if (view.store.get().mini) view.toggle("mini");
    };
    const closing = hasDocumentWindows() ? openDocument(closed, setOpened) : openVideo(root, closed);
    return () => closing();
  }, [wanted, root, view]);
  useEffect(() => {
    if (opened === null) return;
    opened.document.title = t("mini.title");
    opened.document.documentElement.lang = locale;
  }, [opened, t, locale]);
  if (opened === null) return null;
  return createPortal(
    <div className={`ax ${styles.window}`} data-theme={themeOf(root)} lang={locale} dir={dir}>
      <PortalScope>
        <MiniView onBack={() => view.toggle("mini")} />
      </PortalScope>
    </div>,
    opened.document.body,
  );
}

function openDocument(closed: () => void, show: (opened: Window | null) => void): () => void {
  let over = false;
  let opened: Window | null = null;
  openWindow().then(
    (given) => {
      if (over) return given.close();
      opened = given;
      given.addEventListener("pagehide", closed, { once: true });
      show(given);
    },
    () => closed(), // the browser refused: nothing opened
  );
  return () => {
    over = true;
    show(null);
    opened?.close();
  };
}

function openVideo(root: HTMLElement, closed: () => void): () => void {
  const video = largestVideo(root);
  if (video === null) {
    closed();
    return () => undefined;
  }
  video.disablePictureInPicture = false;
  video.addEventListener("leavepictureinpicture", closed, { once: true });
  video.requestPictureInPicture().catch(closed); // the browser refused: nothing opened
  return () => {
    video.removeEventListener("leavepictureinpicture", closed);
    video.disablePictureInPicture = true;
    if (document.pictureInPictureElement === video) document.exitPictureInPicture().catch(() => undefined);
  };
}

function largestVideo(root: HTMLElement): HTMLVideoElement | null {
  let largest: HTMLVideoElement | null = null;
  for (const video of root.querySelectorAll("video")) {
    if (largest === null || video.clientWidth > largest.clientWidth) largest = video;
  }
  return largest;
}

function themeOf(root: HTMLElement | null): string | undefined {
  return root?.closest<HTMLElement>("[data-theme]")?.dataset.theme;
}
