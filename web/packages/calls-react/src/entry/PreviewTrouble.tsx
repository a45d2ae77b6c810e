// What is wrong with a device before the call: one calm line at a time, and what to do.

import type { LocalPreview, Notice } from "@aethex/calls-client";
import { type ReactElement, useState } from "react";
import { useI18n } from "../i18n/index.js";
import { useSelector } from "../store/index.js";
import { Banner } from "../ui/index.js";
import { noticeText } from "../words/noticeText.js";
import { PermissionHelp } from "./PermissionHelp.js";

/** Nothing when both devices work, or are not wanted. */
export function PreviewTrouble({ preview }: { readonly preview: LocalPreview }): ReactElement {
  const { t } = useI18n();
  const microphone = useSelector(preview.store, (local) => local.microphone.error);
  const camera = useSelector(preview.store, (local) => local.camera.error);
  const [help, setHelp] = useState<"microphone" | "camera" | null>(null);
  const [busy, setBusy] = useState(false);
  const error = microphone ?? camera;
  const device = microphone === null ? "camera" : "microphone";
  const notice: Notice | null =
    error === null ? null : { id: device, kind: `${device}-failed`, error, userId: null };
  const said = notice === null ? null : noticeText(notice, t, () => null);
  const again = async (which: "microphone" | "camera"): Promise<void> => {
    if (which === "camera") await preview.setCamera(true);
    else await preview.setMicrophone(true);
  };
  const act = (): void => {
    if (said?.action?.does === "permission-help") {
      setHelp(device);
      return;
    }
    setBusy(true);
    const attempt =
      said?.action?.does === "default-device"
        ? preview.chooseDevice(device === "camera" ? "videoinput" : "audioinput", null)
        : again(device);
    // What came of it shows in the preview's state.
    attempt.catch(() => undefined).finally(() => setBusy(false));
  };
  return (
    <div aria-live="polite">
      {said === null ? null : (
        <Banner
          tone="warn"
          action={said.action === null ? undefined : { label: said.action.label, onClick: act, busy }}
        >
          {said.text}
        </Banner>
      )}
      {help === null ? null : (
        <PermissionHelp
          open
          device={help}
          onTryAgain={() => again(help)}
          onOpenChange={(open) => {
            if (!open) setHelp(null);
          }}
        />
      )}
    </div>
  );
}
