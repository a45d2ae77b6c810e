// A moving picture.

import { memo, useEffect, useRef } from "react";
import { cx } from "../ui/cx.js";
import styles from "./Video.module.css";

/** What {@link Video} takes. */
export interface VideoProps {
  readonly track: MediaStreamTrack;
  /** As in a mirror: the self view only. */
  readonly mirrored?: boolean | undefined;
  /** `fill` crops a little to fill its place, but never much; `contain` shows all of it. */
  readonly fit?: "fill" | "contain" | undefined;
  /** Frames are not to be expected: the last one is dimmed. */
  readonly paused?: boolean | undefined;
  readonly className?: string | undefined;
}

/** Of a picture, what may be cut away above and below. More: heads are lost; less: bars at most sizes. */
const CROP_HEIGHT = 0.4;

/** What may be cut away at the sides: a wide picture fills a tall phone, people sit in its middle. */
const CROP_WIDTH = 0.75;

/**
 * Shows a track. The element's source is set only when the track is another one; its size comes from the
 * `resize` event. Until the first frame, and while its place has none, the element is transparent
 * (`data-frame`); while no frames arrive it is dimmed (`data-stalled`, `data-paused`). Silent: sound is played
 * elsewhere.
 */
export const Video = memo(function Video({
  track,
  mirrored = false,
  fit = "fill",
  paused = false,
  className,
}: VideoProps) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = ref.current;
    if (video === null) return;
    video.srcObject = new MediaStream([track]);
    video.play().catch(() => undefined); // muted playback may always start; a removed element need not
    return () => {
      video.srcObject = null;
      video.removeAttribute("data-frame");
    };
  }, [track]);
  useEffect(() => {
    const video = ref.current;
    if (video === null) return;
    const fitIn = (): void => {
      const { videoWidth, videoHeight, clientWidth, clientHeight } = video;
      if (videoWidth === 0 || videoHeight === 0) return;
      video.toggleAttribute("data-frame", true);
      if (clientWidth === 0 || clientHeight === 0) return;
      const wider = videoWidth / videoHeight / (clientWidth / clientHeight);
      const lost = wider > 1 ? 1 - 1 / wider : 1 - wider;
      const limit = wider > 1 ? CROP_WIDTH : CROP_HEIGHT;
      video.toggleAttribute("data-contain", fit === "contain" || lost > limit);
    };
    const stall = (): void => {
      video.toggleAttribute("data-stalled", track.muted);
    };
    stall();
    video.addEventListener("resize", fitIn);
    video.addEventListener("loadeddata", fitIn);
    track.addEventListener("mute", stall);
    track.addEventListener("unmute", stall);
    const observer = new ResizeObserver(fitIn);
    observer.observe(video);
    return () => {
      video.removeEventListener("resize", fitIn);
      video.removeEventListener("loadeddata", fitIn);
      track.removeEventListener("mute", stall);
      track.removeEventListener("unmute", stall);
      observer.disconnect();
    };
  }, [track, fit]);
  return (
    <video
      ref={ref}
      className={cx(styles.video, mirrored && styles.mirrored, className)}
      autoPlay
      playsInline
      muted
      disablePictureInPicture
      aria-hidden="true"
      tabIndex={-1}
      data-paused={paused || undefined}
    />
  );
});
