// The screens around a call.

import { CallError, type CallState, type ConnectivityState, type Notice } from "@aethex/calls-client";
import { useEffect, useRef } from "react";
import { CheckConnection } from "../src/connectivity/CheckConnection.js";
import { EndedScreen } from "../src/entry/EndedScreen.js";
import { IncomingCall } from "../src/entry/IncomingCall.js";
import { NoticeBanner } from "../src/entry/NoticeBanner.js";
import { PermissionHelp } from "../src/entry/PermissionHelp.js";
import { PreJoin } from "../src/entry/PreJoin.js";
import { RingingScreen } from "../src/entry/RingingScreen.js";
import { TapToHear } from "../src/entry/TapToHear.js";
import { SessionProvider } from "../src/store/index.js";
import { LiveRegion } from "../src/ui/index.js";
import {
  type FakeClient,
  fakeFound,
  fakeLocal,
  fakeParticipant,
  fakeRing,
  fakeSession,
  PEOPLE,
  SELF,
} from "./fakes.js";
import { personTrack } from "./motion.js";
import type { GalleryScreen } from "./screen.js";

const nothing = (): void => undefined;

const ringing =
  (fields: Partial<CallState>): GalleryScreen =>
  () => (
    <SessionProvider session={fakeSession({ phase: "ringing", ...fields })}>
      <LiveRegion>
        <RingingScreen />
      </LiveRegion>
    </SessionProvider>
  );

const ended =
  (fields: Partial<CallState>): GalleryScreen =>
  () => (
    <SessionProvider session={fakeSession({ phase: "ended", ...fields })}>
      <EndedScreen onClose={nothing} onOffer={nothing} />
    </SessionProvider>
  );

const notice =
  (fields: Partial<Notice> & Pick<Notice, "kind">): GalleryScreen =>
  () => (
    <SessionProvider session={fakeSession({ notices: [{ id: "1", error: null, userId: null, ...fields }] })}>
      <NoticeBanner />
      <TapToHear />
    </SessionProvider>
  );

const others = [
  fakeParticipant(SELF),
  fakeParticipant(PEOPLE.bob, { status: "ringing" }),
  fakeParticipant(PEOPLE.cid, { status: "invited" }),
  fakeParticipant(PEOPLE.dee, { status: "invited" }),
];
const onCamera = (): Partial<CallState> => {
  const track = personTrack(200, { width: 640, height: 360 });
  return { local: fakeLocal({ camera: { ...fakeLocal().camera, wanted: true, status: "on", track } }) };
};
const done = (reason: string, durationSeconds = 0, endedBy: string | null = null) => ({
  ended: { reason, endedBy, durationSeconds, error: null, joinable: false },
});
const denied = new CallError("PermissionDenied", "Failed to access camera/microphone: NotAllowedError", {
  device: "microphone",
});

const relayGone = (name: "TurnExpired" | "RelayUnavailable") =>
  new CallError(name, "TURN credentials expired", { recover: async () => undefined });

function HostPage() {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <main className="gallery-host">
      <h1>A page</h1>
      <p>
        <label>
          Write something <input ref={field} />
        </label>
      </p>
    </main>
  );
}

/** Does something once everything is shown. */
function Later({ does }: { readonly does: () => void }) {
  const action = useRef(does);
  useEffect(() => {
    const timer = setTimeout(action.current, 50);
    return () => clearTimeout(timer);
  }, []);
  return null;
}

/** The checks of this client find so much, at once. */
function finds(client: FakeClient, found: Partial<ConnectivityState>): void {
  const begin = client.checkConnectivity;
  client.checkConnectivity = () => {
    const check = begin();
    client.calls.checks.at(-1)?.store.patch(found);
    return check;
  };
}

/** Clicks the button of the check. */
function PressCheck() {
  return <Later does={() => document.querySelector(".lucide-activity")?.closest("button")?.click()} />;
}

/** A check that has found this. */
const checked =
  (found: Partial<ConnectivityState>): GalleryScreen =>
  (client) => {
    finds(client, found);
    return (
      <main className="gallery-page">
        <CheckConnection />
        <PressCheck />
      </main>
    );
  };

const withRings =
  (prepare: (client: FakeClient) => void): GalleryScreen =>
  (client) => {
    prepare(client);
    return (
      <>
        <HostPage />
        <IncomingCall soundEnabled={false} />
      </>
    );
  };

function Joining(props: { readonly name?: string; readonly type?: "audio" | "video" }) {
  return <PreJoin {...props} title="Weekly planning" onNameChange={nothing} onJoin={nothing} />;
}

/** By name. */
export const entryScreens: Readonly<Record<string, GalleryScreen>> = {
  calling: ringing({ phase: "starting", participants: [fakeParticipant(SELF), fakeParticipant(PEOPLE.bob)] }),
  ringing: ringing({}),
  "ringing-camera": (client) => ringing(onCamera())(client),
  "ringing-group": ringing({ participants: others }),
  "ringing-busy": ringing({
    participants: [fakeParticipant(SELF), fakeParticipant(PEOPLE.bob, { busy: true, status: "ringing" })],
  }),
  connecting: ringing({ phase: "connecting" }),
  incoming: withRings((client) => client.store.patch({ rings: [fakeRing()] })),
  "incoming-audio-group": withRings((client) =>
    client.store.patch({
      rings: [
        fakeRing({
          type: "audio",
          participants: [PEOPLE.bob, PEOPLE.cid, PEOPLE.dee, SELF].map((person) => ({
            ...person,
            userIdentifier: "",
            status: "ringing",
            role: "member",
            joinedAt: null,
            leftAt: null,
            leftReason: null,
            mediaState: { audioEnabled: true, videoEnabled: false, screenSharing: false },
            connection: null,
            reconnectingUntil: null,
            connectionQuality: null,
            busy: false,
            handRaisedAt: null,
          })),
        }),
      ],
    }),
  ),
  "incoming-second": withRings((client) => {
    client.session.set({ current: fakeSession() });
    client.store.patch({
      rings: [fakeRing({ callerId: PEOPLE.cid.userId, callerName: PEOPLE.cid.userName, soft: true })],
    });
  }),
  missed: (client) => (
    <>
      <HostPage />
      <IncomingCall soundEnabled={false} />
      <Later does={() => client.store.patch({ ringOver: { ring: fakeRing(), reason: "timeout" } })} />
    </>
  ),
  prejoin: (client) => {
    const track = personTrack(200, { width: 1280, height: 720 });
    client.preview.store.patch({ camera: { ...fakeLocal().camera, wanted: true, status: "on", track } });
    return <Joining name="Ann Taylor" />;
  },
  "prejoin-off": () => <Joining />,
  "prejoin-asking": () => {
    const prompt = Object.assign(new EventTarget(), {
      state: "prompt",
      name: "camera",
      onchange: null,
    } as const);
    navigator.permissions.query = async () => prompt;
    return <Joining />;
  },
  "prejoin-denied": (client) => {
    const failed = { ...fakeLocal().microphone, wanted: true, status: "failed", error: denied } as const;
    client.preview.store.patch({ microphone: failed });
    return <Joining name="Ann Taylor" />;
  },
  "prejoin-checked": (client) => {
    finds(client, fakeFound({ "turn-tls": { status: "skipped", reason: "not-configured" } }));
    return (
      <>
        <Joining name="Ann Taylor" />
        <PressCheck />
      </>
    );
  },
  "check-none": () => (
    <main className="gallery-page">
      <CheckConnection />
    </main>
  ),
  "check-running": checked({
    ...fakeFound({ "turn-udp": "pending", "turn-tcp": "pending", "turn-tls": "pending" }),
    running: true,
  }),
  "check-ok": checked(fakeFound({})),
  "check-some-failed": checked(
    fakeFound({
      clock: { status: "failed", reason: "skewed", offsetMs: 754_000 },
      camera: { status: "failed", reason: "blocked" },
      stun: { status: "failed", reason: "unreachable" },
      "turn-udp": { status: "failed", reason: "unreachable" },
      "turn-tls": { status: "skipped", reason: "not-configured" },
    }),
  ),
  "check-none-open": checked(
    fakeFound({
      stun: { status: "failed", reason: "unreachable" },
      "turn-udp": { status: "failed", reason: "unreachable" },
      "turn-tcp": { status: "failed", reason: "refused" },
      "turn-tls": { status: "failed", reason: "no-data" },
    }),
  ),
  "check-offline": checked(
    fakeFound({
      socket: { status: "failed", reason: "unreachable" },
      clock: { status: "skipped", reason: "no-socket" },
      stun: { status: "skipped", reason: "no-socket" },
      "turn-udp": { status: "skipped", reason: "no-socket" },
      "turn-tcp": { status: "skipped", reason: "no-socket" },
      "turn-tls": { status: "skipped", reason: "no-socket" },
    }),
  ),
  "no-answer": ended(done("timeout")),
  "ended-other": ended(done("ended-by-user", 754, PEOPLE.bob.userId)),
  "ended-lost": ended({ ...done("connection-lost", 3725), quality: { grade: "poor", cause: "loss" } }),
  "ended-refused": ended({
    ended: {
      reason: "refused",
      endedBy: null,
      durationSeconds: 0,
      joinable: false,
      error: new CallError("Refused", "refused", {
        refusal: {
          code: "call_active",
          message: "The conversation has a call already",
          retryable: false,
          callId: "x",
        },
      }),
    },
  }),
  "ended-full": ended({
    direction: "incoming",
    ended: {
      reason: "refused",
      endedBy: null,
      durationSeconds: 0,
      joinable: true,
      error: new CallError("Full", "refused", {
        refusal: { code: "full", message: "The call is full", retryable: false },
      }),
    },
  }),
  "ended-unknown": ended(done("moon-phase", 12)),
  "permission-help": () => <PermissionHelp open onOpenChange={nothing} device="microphone" />,
  "permission-help-firefox": () => (
    <PermissionHelp open onOpenChange={nothing} device="camera" browser="firefox" />
  ),
  "notice-denied": notice({ kind: "microphone-failed", error: denied }),
  "notice-relay-expired": notice({ kind: "turn-unavailable", error: relayGone("TurnExpired") }),
  "notice-relay-none": notice({ kind: "turn-unavailable", error: relayGone("RelayUnavailable") }),
  "notice-weak": notice({ kind: "weak-network" }),
  "notice-lost": notice({ kind: "signalling-lost" }),
  "tap-to-hear": notice({ kind: "audio-blocked" }),
};
