// Running calls made of fakes, for the screens of the gallery.

import type { CallState, LinkStats, ParticipantState } from "@aethex/calls-client";
import { useEffect, useState } from "react";
import { type CallView, createCallView, InCall, type LayoutMode } from "../src/stage/index.js";
import { SessionProvider } from "../src/store/index.js";
import { LiveRegion } from "../src/ui/index.js";
import { type FakeSession, fakeLocal, fakeParticipant, fakeSession, PEOPLE, SELF } from "./fakes.js";
import { personTrack } from "./motion.js";
import type { GalleryScreen } from "./screen.js";

const HD = { width: 640, height: 360 } as const;
export const FIVE_MINUTES_MS = 312_000;

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
export const link = { status: "connected", stats, error: null } as const;

interface Person {
  readonly userId: string;
  readonly userName: string;
}

/** Somebody with their camera on. */
export const seen = (person: Person, hue: number, fields: Partial<ParticipantState> = {}): ParticipantState =>
  fakeParticipant(person, { link, cameraTrack: personTrack(hue, HD), ...fields });

/** Somebody without a camera. */
export const unseen = (person: Person, fields: Partial<ParticipantState> = {}): ParticipantState =>
  fakeParticipant(person, {
    link,
    mediaState: { audioEnabled: true, videoEnabled: false, screenSharing: false },
    ...fields,
  });

export const self = (): ParticipantState => fakeParticipant(SELF);
export const onCamera = () =>
  fakeLocal({ camera: { ...fakeLocal().camera, wanted: true, status: "on", track: personTrack(285, HD) } });

interface Wish {
  readonly state?: Partial<CallState>;
  readonly layout?: LayoutMode;
  readonly look?: (view: CallView) => void;
  /** Who speaks. */
  readonly speaker?: string;
  /** What is pressed once everything is shown: the buttons that hold these, one after the other. */
  readonly press?: readonly string[];
}

/** A call on the screen, with somebody speaking. */
function Shown({
  session,
  view,
  speaker,
  press,
}: {
  session: FakeSession;
  view: CallView;
  speaker: string | undefined;
  press: readonly string[] | undefined;
}) {
  useEffect(() => {
    if (speaker === undefined) return;
    const timer = setInterval(() => session.levels.emit(speaker, 0.3 + Math.random() * 0.4), 100);
    return () => clearInterval(timer);
  }, [session, speaker]);
  useEffect(() => {
    const others = session.store.get().participants.filter((one) => !one.isSelf && one.status === "joined");
    const wanted = view.store.get().layout === "audio-only" ? [] : others.map((one) => one.userId);
    Object.assign(window, { galleryCall: { shown: session.shown, wanted } }); // for check.mjs
  }, [session, view]);
  useEffect(() => {
    const timers = press?.map((selector, index) => setTimeout(() => pressed(selector), 80 * (index + 1)));
    return () => {
      for (const timer of timers ?? []) clearTimeout(timer);
    };
  }, [press]);
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

/** Presses the first button that holds `selector`. Menus open when the pointer goes down, all else at a click. */
function pressed(selector: string): void {
  const button = document.querySelector(selector)?.closest("button, [role=menuitem]");
  if (button?.getAttribute("aria-haspopup") === "menu") {
    button.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0 }));
  } else if (button instanceof HTMLElement) {
    button.click();
  }
}

function Wished({ state, layout, look, speaker, press }: Wish) {
  const [session] = useState(() =>
    fakeSession({ startedAtMs: Date.now() - FIVE_MINUTES_MS, local: onCamera(), ...state }),
  );
  const [view] = useState(() => {
    const made = createCallView(layout === undefined ? {} : { layout });
    look?.(made);
    return made;
  });
  return <Shown session={session} view={view} speaker={speaker} press={press} />;
}

export const call =
  (wish: () => Wish): GalleryScreen =>
  () => <Wished {...wish()} />;

/** What the host of a group may do. */
export const asHost = new Set([
  "join",
  "speak",
  "camera",
  "screen",
  "react",
  "raise-hand",
  "invite",
  "mute-others",
  "remove",
  "end-for-all",
  "view-stats",
] as const);
