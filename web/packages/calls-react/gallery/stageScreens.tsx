// The screens of a running call.

import { useState } from "react";
import { MiniPlayer } from "../src/mini/index.js";
import { SessionProvider } from "../src/store/index.js";
import { asHost, call, FIVE_MINUTES_MS, link, onCamera, seen, self, unseen } from "./calls.js";
import { fakeLocal, fakeParticipant, fakeSession, PEOPLE, SELF } from "./fakes.js";
import { screenTrack } from "./motion.js";
import type { GalleryScreen } from "./screen.js";

const pair = () => [self(), seen(PEOPLE.bob, 200)];
const group = () => [
  self(),
  seen(PEOPLE.bob, 200),
  unseen(PEOPLE.cid, { quality: { grade: "fair", cause: "rtt" } }),
  seen(PEOPLE.dee, 20, { mediaState: { audioEnabled: false, videoEnabled: true, screenSharing: false } }),
];
const sharing = () => [
  self(),
  fakeParticipant(PEOPLE.bob, {
    link,
    screenTrack: screenTrack(),
    mediaState: { audioEnabled: true, videoEnabled: false, screenSharing: true },
  }),
  unseen(PEOPLE.cid),
  seen(PEOPLE.dee, 20),
];
/** By name. */
export const stageScreens: Readonly<Record<string, GalleryScreen>> = {
  pair: call(() => ({ state: { participants: pair() }, speaker: PEOPLE.bob.userId })),
  "pair-audio": call(() => ({
    state: { type: "audio", participants: [unseen(SELF), unseen(PEOPLE.bob)], local: fakeLocal() },
    speaker: PEOPLE.bob.userId,
  })),
  "pair-reconnecting": call(() => ({
    state: {
      phase: "reconnecting",
      participants: [self(), seen(PEOPLE.bob, 200, { link: { ...link, status: "interrupted" } })],
      notices: [{ id: "1", kind: "media-lost", error: null, userId: null }],
    },
  })),
  "pair-sharing-own": call(() => ({
    state: {
      participants: pair(),
      local: { ...onCamera(), screen: { status: "on", error: null, track: screenTrack(), audio: false } },
    },
  })),
  group: call(() => ({
    state: { participants: group(), capabilities: asHost },
    speaker: PEOPLE.cid.userId,
  })),
  "group-conditions": call(() => ({
    state: {
      participants: [
        self(),
        unseen(PEOPLE.bob, { status: "ringing", connection: null }),
        unseen(PEOPLE.cid, { link: { status: "failed", stats: null, error: null } }),
        unseen(PEOPLE.dee, { connection: "reconnecting" }),
      ],
    },
  })),
  "group-people": call(() => ({
    state: {
      participants: [...group(), unseen(PEOPLE.eve, { status: "rejected", connection: null })],
      capabilities: asHost,
    },
    look: (view) => view.toggle("people"),
  })),
  speaker: call(() => ({
    state: { participants: group() },
    layout: "speaker",
    speaker: PEOPLE.dee.userId,
  })),
  share: call(() => ({ state: { participants: sharing() } })),
  alone: call(() => ({ state: { participants: [self()] } })),
  muted: call(() => ({
    state: {
      participants: pair(),
      local: fakeLocal({ microphone: { ...fakeLocal().microphone, wanted: false, status: "off" } }),
      quality: { grade: "poor", cause: "loss" },
    },
  })),
  settings: call(() => ({ state: { participants: pair() }, look: (view) => view.toggle("settings") })),
  stats: call(() => ({ state: { participants: group() }, look: (view) => view.toggle("stats") })),
  shortcuts: call(() => ({ state: { participants: pair() }, look: (view) => view.toggle("shortcuts") })),
  invite: call(() => ({ state: { participants: pair() }, look: (view) => view.toggle("invite") })),
  mini: () => <Mini />,
};

function Mini() {
  const [session] = useState(() =>
    fakeSession({ startedAtMs: Date.now() - FIVE_MINUTES_MS, participants: pair(), local: onCamera() }),
  );
  return (
    <SessionProvider session={session}>
      <MiniPlayer onBack={() => undefined} />
    </SessionProvider>
  );
}
