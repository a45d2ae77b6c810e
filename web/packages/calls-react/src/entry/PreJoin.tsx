// Before a call: see oneself, choose devices, and go in. Nothing here keeps anybody from joining.

import { Camera, Mic, Volume2 } from "lucide-react";
import { type ReactElement, type ReactNode, useId } from "react";
import { CheckConnection } from "../connectivity/CheckConnection.js";
import { useDevices } from "../hooks/useDevices.js";
import { usePreview } from "../hooks/usePreview.js";
import { useI18n } from "../i18n/index.js";
import { useCallOptions } from "../provider/options.js";
import { canChooseSpeaker } from "../sound/testTone.js";
import { useSelector } from "../store/index.js";
import { Button, TextField } from "../ui/index.js";
import { DeviceSelect } from "./DeviceSelect.js";
import styles from "./PreJoin.module.css";
import { PreviewPicture } from "./PreviewPicture.js";
import { PreviewTrouble } from "./PreviewTrouble.js";
import { SpeakerTest } from "./SpeakerTest.js";

/** How somebody joins. */
export interface JoinChoice {
  readonly audio: boolean;
  readonly video: boolean;
  /** As typed, trimmed; empty when no name is asked for. */
  readonly name: string;
}

/** What {@link PreJoin} takes. */
export interface PreJoinProps {
  /** Whether the camera is offered. `video` when left out. */
  readonly type?: "audio" | "video";
  /** Whom or what one joins. */
  readonly title?: string | undefined;
  /** With it, a name is asked for. */
  readonly name?: string | undefined;
  readonly onNameChange?: ((name: string) => void) | undefined;
  readonly onJoin: (choice: JoinChoice) => void;
  /** In place of the heading. */
  readonly heading?: ReactNode;
}

/** A preview with pickers. Needs a `CallProvider`; the preview is handed over to the call. */
export function PreJoin(props: PreJoinProps): ReactElement {
  const { type = "video", title, name, onNameChange, onJoin, heading } = props;
  const { t } = useI18n();
  const id = useId();
  const video = type === "video";
  const { features } = useCallOptions();
  const { preview, stage, ask } = usePreview(video);
  const devices = useDevices(preview);
  const microphone = useSelector(preview.store, (local) => local.microphone.wanted);
  const camera = useSelector(preview.store, (local) => local.camera.wanted);
  const join = (choice: Pick<JoinChoice, "audio" | "video">): void =>
    onJoin({ ...choice, name: (name ?? "").trim() });
  return (
    <section className={styles.screen} aria-labelledby={id} data-ax-region="" tabIndex={-1}>
      <form
        className={styles.panel}
        onSubmit={(event) => {
          event.preventDefault();
          join({ audio: microphone, video: video && camera });
        }}
      >
        <PreviewPicture
          preview={preview}
          video={video}
          name={name ?? ""}
          asking={stage === "asking"}
          onAsk={() => {
            // What fails shows in the preview.
            ask().catch(() => undefined);
          }}
        />
        <div className={styles.side}>
          <h1 id={id} className={styles.title}>
            {heading ?? (title === undefined ? t("entry.title") : t("entry.titleWith", { name: title }))}
          </h1>
          <PreviewTrouble preview={preview} />
          {name === undefined ? null : (
            <TextField
              label={t("entry.name")}
              placeholder={t("entry.namePlaceholder")}
              autoComplete="name"
              maxLength={64}
              value={name}
              onChange={(event) => onNameChange?.(event.target.value)}
            />
          )}
          <fieldset className={styles.devices}>
            <legend className={styles.legend}>{t("entry.devices")}</legend>
            <DeviceSelect
              label={t("mic.label")}
              icon={<Mic aria-hidden="true" />}
              devices={devices.microphones}
              chosen={devices.microphoneId}
              onChoose={(deviceId) => devices.choose("audioinput", deviceId)}
            />
            {video ? (
              <DeviceSelect
                label={t("camera.label")}
                icon={<Camera aria-hidden="true" />}
                devices={devices.cameras}
                chosen={devices.cameraId}
                onChoose={(deviceId) => devices.choose("videoinput", deviceId)}
              />
            ) : null}
            {canChooseSpeaker() ? (
              <DeviceSelect
                label={t("speaker.label")}
                icon={<Volume2 aria-hidden="true" />}
                devices={devices.speakers}
                chosen={devices.speakerId}
                onChoose={(deviceId) => devices.choose("audiooutput", deviceId)}
              />
            ) : null}
            <SpeakerTest speakerId={devices.speakerId} />
          </fieldset>
          {features.connectionCheck === false ? null : <CheckConnection quiet />}
          <div className={styles.actions}>
            <Button type="submit" variant="primary" size="l" wide>
              {t("entry.join")}
            </Button>
            <Button variant="quiet" wide onClick={() => join({ audio: false, video: false })}>
              {t("entry.joinWithout")}
            </Button>
          </div>
        </div>
      </form>
    </section>
  );
}
