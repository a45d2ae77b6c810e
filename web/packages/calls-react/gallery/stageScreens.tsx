// The screens of a running call.

import type { CallState, LinkStats, ParticipantState } from "@aethex/calls-client";
import { useEffect, useState } from "react";
import { MiniPlayer } from "../src/mini/index.js";
import { type CallView, createCallView, InCall, type LayoutMode } from "../src/stage/index.js";
import { SessionProvider } from "../src/store/index.js";
import { LiveRegion } from "../src/ui/index.js";
import { type FakeSession, fakeLocal, fakeParticipant, fakeSession, PEOPLE, SELF } from "./fakes.js";
import { personTrack, screenTrack } from "./motion.js";
import type { GalleryScreen } from "./screen.js";

const HD = { width: 640, height: 360 } as const;
const FIVE_MINUTES_MS = 312_000;

const stats: LinkStats = {
  rttMs: 42,
  lossPercent: 0.4,
  availableKbps: 2140,
  jitterMs: 6,
  audio: { sendKbps: 38, receiveKbps: 41, codec: "Opus" },
  video: {
    sendKbps: 1480,
    receiveKbps: 1512,
    codec: "VP9",
    sent: { width: 1280, height: 720, fps: 30 },
    received: { width: 1280, height: 720, fps: 30 },
    limitedBy: "none",
  },
  path: { kind: "direct", protocol: "udp" },
};
const link = { status: "connected", stats, error: null } as const;

type Person = (typeof PEOPLE)[keyof typeof PEOPLE];

/** Somebody with their camera on. */
const seen = (person: Person, hue: number, fields: Partial<ParticipantState> = {}): ParticipantState =>
  fakeParticipant(person, { link, videoTrack: personTrack(hue, HD), ...fields });

/** Somebody without a camera. */
const unseen = (person: Person, fields: Partial<ParticipantState> = {}): ParticipantState =>
  fakeParticipant(person, {
    link,
    mediaState: { audioEnabled: true, videoEnabled: false, screenSharing: false },
    ...fields,
  });

const self = (): ParticipantState => fakeParticipant(SELF);
const onCamera = () =>
  fakeLocal({ camera: { ...fakeLocal().camera, wanted: true, status: "on", track: personTrack(285, HD) } });

interface Wish {
  readonly state?: Partial<CallState>;
  readonly layout?: LayoutMode;
  readonly look?: (view: CallView) => void;
  /** Who speaks. */
  readonly speaker?: string;
}

/** A call on the screen, with somebody speaking. */
function Shown({
  session,
  view,
  speaker,
}: {
  session: FakeSession;
  view: CallView;
  speaker: string | undefined;
}) {
  useEffect(() => {
    if (speaker === undefined) return;
    const timer = setInterval(() => session.levels.emit(speaker, 0.3 + Math.random() * 0.4), 100);
    return () => clearInterval(timer);
  }, [session, speaker]);
  return (
    <SessionProvider session={session}>
      <LiveRegion>
        <InCall
          view={view}
          onMinimize={() => undefined}
          candidates={[PEOPLE.bob, PEOPLE.cid, PEOPLE.dee, PEOPLE.eve]}
        />
      </LiveRegion>
    </SessionProvider>
  );
}

function Wished({ state, layout, look, speaker }: Wish) {
  const [session] = useState(() =>
    fakeSession({ startedAtMs: Date.now() - FIVE_MINUTES_MS, local: onCamera(), ...state }),
  );
  const [view] = useState(() => {
    const made = createCallView(layout === undefined ? {} : { layout });
    look?.(made);
    return made;
  });
  return <Shown session={session} view={view} speaker={speaker} />;
}

const call =
  (wish: () => Wish): GalleryScreen =>
  () => <Wished {...wish()} />;

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
    videoTrack: screenTrack(),
    mediaState: { audioEnabled: true, videoEnabled: false, screenSharing: true },
  }),
  unseen(PEOPLE.cid),
  seen(PEOPLE.dee, 20),
];
const asHost = new Set([
  "join",
  "speak",
  "camera",
  "screen",
  "invite",
  "mute-others",
  "remove",
  "end-for-all",
  "view-stats",
] as const);

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
