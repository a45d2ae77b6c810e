// The own camera, mirrored as in a mirror.

import { VideoOff } from "lucide-react";
import { useEffect, useRef } from "react";
import { useWords } from "../i18n/Words.js";
import rows from "./rows.module.css";

/** The picture of `track`; null: the camera is off. */
export function CameraPreview({ track }: { track: MediaStreamTrack | null }) {
  const { t } = useWords();
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    element.srcObject = track === null ? null : new MediaStream([track]);
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  return (
    <div className={rows.video}>
      <video
        ref={video}
        autoPlay
        muted
        playsInline
        aria-label={t("settings.preview")}
        hidden={track === null}
      />
      {track === null ? (
        <span>
          <VideoOff aria-hidden="true" /> {t("settings.previewOff")}
        </span>
      ) : null}
    </div>
  );
}
