// The own picture before a call, with its switches; before the permission, why it is asked for.

import type { LocalPreview } from "@aethex/calls-client";
import { Video as CameraOn, Mic, MicOff, ShieldCheck, VideoOff } from "lucide-react";
import type { ReactElement } from "react";
import { useI18n } from "../i18n/index.js";
import { Video } from "../stage/Video.js";
import { useSelector } from "../store/index.js";
import { Button, LevelMeter, ToggleButton } from "../ui/index.js";
import styles from "./PreviewPicture.module.css";

/** What {@link PreviewPicture} takes. */
export interface PreviewPictureProps {
  readonly preview: LocalPreview;
  readonly video: boolean;
  readonly name: string;
  /** The browser would ask now. */
  readonly asking: boolean;
  readonly onAsk: () => void;
}

/** A 16:9 picture with a name and two switches. */
export function PreviewPicture(props: PreviewPictureProps): ReactElement {
  const { preview, video, name, asking, onAsk } = props;
  const { t } = useI18n();
  const track = useSelector(preview.store, (local) => local.camera.track);
  const camera = useSelector(preview.store, (local) => local.camera.status);
  return (
    <div className={styles.frame}>
      {track === null ? null : <Video track={track} mirrored />}
      {asking ? (
        <div className={styles.ask}>
          <ShieldCheck aria-hidden="true" className={styles.shield} />
          <h2 className={styles.askTitle}>{t(video ? "entry.askTitle" : "entry.askAudioTitle")}</h2>
          <p className={styles.askText}>{t(video ? "entry.askText" : "entry.askAudioText")}</p>
          <Button variant="primary" onClick={onAsk}>
            {t(video ? "entry.askButton" : "entry.askAudioButton")}
          </Button>
        </div>
      ) : (
        <>
          {track === null && video ? (
            <p className={styles.off}>
              {t(camera === "starting" ? "entry.cameraStarting" : "entry.cameraOff")}
            </p>
          ) : null}
          {name === "" ? null : <span className={styles.name}>{name}</span>}
          <div className={styles.bar}>
            <MicrophoneSwitch preview={preview} />
            {video ? <CameraSwitch preview={preview} /> : null}
          </div>
        </>
      )}
    </div>
  );
}

function MicrophoneSwitch({ preview }: { readonly preview: LocalPreview }): ReactElement {
  const { t } = useI18n();
  const wanted = useSelector(preview.store, (local) => local.microphone.wanted);
  const status = useSelector(preview.store, (local) => local.microphone.status);
  return (
    <span className={styles.microphone}>
      <ToggleButton
        label={t(wanted ? "mic.turnOff" : "mic.turnOn")}
        icon={wanted ? <Mic /> : <MicOff />}
        state={status === "failed" ? "failed" : wanted ? "on" : "off"}
        onToggle={() => {
          // A failure shows as the microphone's error.
          preview.setMicrophone(!wanted).catch(() => undefined);
        }}
      />
      {status === "on" ? (
        <span className={styles.meter}>
          <LevelMeter levels={preview.levels} label={t("mic.level")} />
        </span>
      ) : null}
    </span>
  );
}

function CameraSwitch({ preview }: { readonly preview: LocalPreview }): ReactElement {
  const { t } = useI18n();
  const wanted = useSelector(preview.store, (local) => local.camera.wanted);
  const status = useSelector(preview.store, (local) => local.camera.status);
  return (
    <ToggleButton
      label={t(wanted ? "camera.turnOff" : "camera.turnOn")}
      icon={wanted ? <CameraOn /> : <VideoOff />}
      state={status === "failed" ? "failed" : wanted ? "on" : "off"}
      onToggle={() => {
        // A failure shows as the camera's error.
        preview.setCamera(!wanted).catch(() => undefined);
      }}
    />
  );
}
