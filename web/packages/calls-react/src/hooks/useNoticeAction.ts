// Does what the button of a notice says.

import type { CallSession, Notice } from "@aethex/calls-client";
import { useCallback, useState } from "react";
import type { NoticeAction } from "../words/noticeText.js";

/** The button of a notice. */
export interface NoticeButton {
  /** It is being done. */
  readonly busy: boolean;
  perform(notice: Notice, action: NoticeAction): void;
}

/**
 * Carries out the actions of notices.
 *
 * @param onHelp - Shows how to allow a device.
 */
export function useNoticeAction(session: CallSession, onHelp: (notice: Notice) => void): NoticeButton {
  const [busy, setBusy] = useState(false);
  const perform = useCallback(
    (notice: Notice, action: NoticeAction): void => {
      if (action === "permission-help") {
        onHelp(notice);
        return;
      }
      setBusy(true);
      carryOut(session, notice, action)
        // What came of it shows in the state: the notice stays, or another one comes.
        .catch(() => undefined)
        .finally(() => setBusy(false));
    },
    [session, onHelp],
  );
  return { busy, perform };
}

async function carryOut(
  session: CallSession,
  notice: Notice,
  action: Exclude<NoticeAction, "permission-help">,
): Promise<void> {
  switch (action) {
    case "recover":
      return await notice.error?.recover();
    case "retry":
      return await session.dispatch({ type: "retry" });
    case "default-device": {
      const kind = notice.kind === "camera-failed" ? "videoinput" : "audioinput";
      return await session.dispatch({ type: "choose-device", kind, deviceId: null });
    }
    case "audio-only":
      return await session.dispatch({ type: "set-quality", quality: "audio-only" });
    case "hear":
      return await session.dispatch({ type: "hear" });
    case "unmute":
      return await session.dispatch({ type: "set-microphone", enabled: true });
  }
}
