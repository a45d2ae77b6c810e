// The camera and microphone before a call.

import type { LocalPreview } from "@aethex/calls-client";
import { useEffect, useRef, useState } from "react";
import { useCallClient } from "../provider/client.js";
import { usePermissions } from "./usePermissions.js";

/** Where the preview is with the browser's permission. */
export type PreviewStage =
  /** Not known yet. */
  | "looking"
  /** The browser would ask: explain first. */
  | "asking"
  /** Asked, or no need to ask. */
  | "settled";

/** The preview and its permission. */
export interface PreviewState {
  readonly preview: LocalPreview;
  readonly stage: PreviewStage;
  /** After the explanation: lets the browser ask. */
  ask(): Promise<void>;
}

/**
 * Starts the preview by itself when the browser has allowed it before; otherwise waits for `ask`. Stops it
 * when the component goes; a call that uses the devices keeps them.
 *
 * @param video - Whether the camera is wanted.
 */
export function usePreview(video: boolean): PreviewState {
  const { preview } = useCallClient();
  const permissions = usePermissions();
  const [asked, setAsked] = useState(false);
  const started = useRef(false);
  const allowed =
    permissions !== null &&
    permissions.microphone !== "prompt" &&
    permissions.microphone !== "unknown" &&
    (!video || (permissions.camera !== "prompt" && permissions.camera !== "unknown"));
  useEffect(() => {
    if (!allowed || started.current) return;
    started.current = true;
    // What fails shows in the preview's state.
    open(preview, video).catch(() => undefined);
  }, [allowed, preview, video]);
  useEffect(
    () => () => {
      started.current = false;
      preview.stop();
    },
    [preview],
  );
  return {
    preview,
    stage: permissions === null ? "looking" : allowed || asked ? "settled" : "asking",
    async ask() {
      setAsked(true);
      started.current = true;
      await open(preview, video);
    },
  };
}

/** Both at once give one question of the browser's where it can; a failure of one leaves the other. */
async function open(preview: LocalPreview, video: boolean): Promise<void> {
  const wanted = [preview.setMicrophone(true)];
  if (video) wanted.push(preview.setCamera(true));
  const results = await Promise.allSettled(wanted);
  await preview.refreshDevices();
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
