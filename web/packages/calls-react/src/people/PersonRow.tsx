// One person in the list of people.

import type { ParticipantState } from "@aethex/calls-client";
import { EllipsisVertical, Hand, Mic, MicOff, MonitorUp, PhoneCall, UserMinus, VideoOff } from "lucide-react";
import { memo } from "react";
import { useIntent } from "../bar/useIntent.js";
import { useCall } from "../hooks/useCall.js";
import { type MessageKey, useI18n } from "../i18n/index.js";
import { Avatar } from "../ui/Avatar.js";
import { IconButton } from "../ui/IconButton.js";
import { Menu, MenuItem } from "../ui/Menu.js";
import { VisuallyHidden } from "../ui/VisuallyHidden.js";
import styles from "./PersonRow.module.css";
import { PersonVolume } from "./PersonVolume.js";

/** Name, state, and what the viewer may do with them. */
export const PersonRow = memo(function PersonRow({ participant }: { participant: ParticipantState }) {
  const { t } = useI18n();
  const { userId, userName, isSelf, status, role, mediaState } = participant;
  const joined = status === "joined";
  const note = noteOf(participant);
  return (
    <li className={styles.row}>
      <Avatar userId={userId} name={userName} size="m" />
      <span className={styles.words}>
        <span className={styles.name}>
          <bdi>{isSelf ? t("call.youNamed", { name: userName }) : userName}</bdi>
        </span>
        {role === "host" && joined ? <span className={styles.note}>{t("people.host")}</span> : null}
        {note === null ? null : <span className={styles.note}>{t(note)}</span>}
      </span>
      {joined ? (
        <span className={styles.marks}>
          {mediaState.screenSharing ? <Mark label={t("people.sharing")} icon={<MonitorUp />} /> : null}
          {mediaState.videoEnabled ? null : <Mark label={t("people.cameraOff")} icon={<VideoOff />} />}
          {mediaState.audioEnabled ? null : <Mark label={t("people.muted")} icon={<MicOff />} />}
        </span>
      ) : null}
      {joined && !isSelf ? <PersonVolume participant={participant} /> : null}
      {isSelf ? null : <PersonActions participant={participant} />}
    </li>
  );
});

function Mark({ label, icon }: { label: string; icon: React.ReactNode }) {
  return (
    <span className={styles.mark}>
      <span aria-hidden="true">{icon}</span>
      <VisuallyHidden>{label}</VisuallyHidden>
    </span>
  );
}

/** Nothing when the viewer may do nothing. */
function PersonActions({ participant }: { participant: ParticipantState }) {
  const { t } = useI18n();
  const intend = useIntent();
  const { userId, userName: name, status, mediaState } = participant;
  const mayMute = useCall((call) => call.capabilities.has("mute-others"));
  const mayRemove = useCall((call) => call.capabilities.has("remove"));
  const mayInvite = useCall((call) => call.capabilities.has("invite"));
  const joined = status === "joined";
  const gone = status === "left" || status === "missed" || status === "rejected";
  const mute = mayMute && joined && mediaState.audioEnabled;
  const ask = mayMute && joined && !mediaState.audioEnabled;
  const lower = mayMute && joined && participant.handRaisedAtMs !== null;
  const ring = mayInvite && gone;
  const remove = mayRemove && !gone;
  if (!mute && !ask && !lower && !ring && !remove) return null;
  return (
    <Menu
      align="end"
      trigger={
        <IconButton
          label={t("people.actions", { name })}
          icon={<EllipsisVertical aria-hidden="true" />}
          tooltipSide="left"
        />
      }
    >
      {mute ? (
        <MenuItem icon={<MicOff />} onSelect={() => intend({ type: "mute-participant", userId })}>
          {t("people.mute", { name })}
        </MenuItem>
      ) : null}
      {ask ? (
        <MenuItem
          icon={<Mic />}
          text={t("people.askToUnmuteText")}
          onSelect={() => intend({ type: "ask-to-unmute", userId })}
        >
          {t("people.askToUnmute")}
        </MenuItem>
      ) : null}
      {lower ? (
        <MenuItem icon={<Hand />} onSelect={() => intend({ type: "lower-hand", userId })}>
          {t("people.lowerHand")}
        </MenuItem>
      ) : null}
      {ring ? (
        <MenuItem icon={<PhoneCall />} onSelect={() => intend({ type: "invite", userIds: [userId] })}>
          {t("people.ringAgain")}
        </MenuItem>
      ) : null}
      {remove ? (
        <MenuItem
          icon={<UserMinus />}
          tone="danger"
          onSelect={() => intend({ type: "remove-participant", userId })}
        >
          {t("people.remove")}
        </MenuItem>
      ) : null}
    </Menu>
  );
}

function noteOf({ status, busy, connection }: ParticipantState) {
  const notes = {
    invited: busy ? "people.busy" : "people.notified",
    ringing: busy ? "people.busy" : "people.ringing",
    joined: connection === "reconnecting" ? "tile.reconnecting" : null,
    left: "people.left",
    rejected: "people.declined",
    missed: "people.missed",
  } as const satisfies Readonly<Record<ParticipantState["status"], MessageKey | null>>;
  return notes[status];
}
