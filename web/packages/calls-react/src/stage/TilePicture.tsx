// The camera picture of a person, over their avatar.

import { memo } from "react";
import { useCall } from "../hooks/useCall.js";
import { useTile } from "../hooks/useTile.js";
import { Avatar } from "../ui/Avatar.js";
import { useViewState } from "./CallViewContext.js";
import styles from "./TilePicture.module.css";
import { Video } from "./Video.js";

/** What {@link TilePicture} takes. */
export interface TilePictureProps {
  readonly userId: string;
  readonly self: boolean;
}

/**
 * The initials stay below the picture and show through until its first frame. While the network pauses a
 * picture its last frame stays, dimmed. No picture in the layout without pictures.
 */
export const TilePicture = memo(function TilePicture({ userId, self }: TilePictureProps) {
  const name = useTile(userId, (one) => one.userName) ?? "";
  const pictures = useViewState((view) => view.layout !== "audio-only");
  const ownTrack = useCall((state) => (self && state.local.camera.wanted ? state.local.camera.track : null));
  const theirTrack = useTile(userId, (one) =>
    !self && one.status === "joined" && one.mediaState.videoEnabled ? one.cameraTrack : null,
  );
  const paused = useTile(userId, (one) => !self && one.cameraPaused !== null) ?? false;
  const track = self ? ownTrack : theirTrack;
  return (
    <>
      <span className={styles.avatar}>
        <Avatar userId={userId} name={name} size="fill" />
      </span>
      {track === null || track === undefined || !pictures ? null : (
        <Video key={track.id} track={track} mirrored={self && !facesAway(track)} paused={paused} />
      )}
    </>
  );
});

/** A camera at the back of a phone shows the world: that is not mirrored. */
function facesAway(track: MediaStreamTrack): boolean {
  return track.getSettings?.().facingMode === "environment";
}
