// @vitest-environment jsdom
// The screens of a call on its way and after it, the banner, and the help for permissions.

import { CallError, type CallState, type Notice } from "@aethex/calls-client";
import { act, cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactElement } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  type FakeSession,
  fakeClient,
  fakeLocal,
  fakeMuted,
  fakeParticipant,
  fakeSession,
  PEOPLE,
  SELF,
} from "../../gallery/fakes.js";
import { EndedScreen } from "../../src/entry/EndedScreen.js";
import { NoticeBanner } from "../../src/entry/NoticeBanner.js";
import { PermissionHelp } from "../../src/entry/PermissionHelp.js";
import { RingingScreen } from "../../src/entry/RingingScreen.js";
import { TapToHear } from "../../src/entry/TapToHear.js";
import { followOffer } from "../../src/provider/followOffer.js";
import { SessionProvider } from "../../src/store/index.js";
import { Surface } from "../../src/theme/index.js";

// Finding elements by role is slow in jsdom, several times so on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

afterEach(cleanup);

function show(session: FakeSession, element: ReactElement) {
  return render(
    <Surface>
      <SessionProvider session={session}>{element}</SessionProvider>
    </Surface>,
  );
}

describe("a call on its way", () => {
  const bob = (fields = {}) => [
    fakeParticipant(SELF),
    fakeParticipant(PEOPLE.bob, { status: "ringing", ...fields }),
  ];

  it.each<[string, Partial<CallState>]>([
    ["Calling…", { phase: "starting" }],
    ["Calling…", { phase: "ringing", rung: false }],
    ["Ringing…", { phase: "ringing", rung: true }],
    [
      "In another call. They hear that you are calling.",
      { phase: "ringing", participants: bob({ busy: true }) },
    ],
    ["Answering…", { phase: "starting", direction: "incoming" }],
    ["Connecting…", { phase: "connecting" }],
    ["The connection to the server is lost. Trying again…", { phase: "ringing", signalling: "reconnecting" }],
  ])("says %s", (words, fields) => {
    show(fakeSession({ participants: bob(), ...fields }), <RingingScreen />);
    expect(screen.getByText(words)).toBeTruthy();
  });

  it("is cancelled by the red button, which is reached by keyboard", async () => {
    const session = fakeSession({ phase: "ringing", participants: bob() });
    show(session, <RingingScreen />);
    expect(document.activeElement).toBe(screen.getByRole("region", { name: "Calling Bob Okafor" }));
    await userEvent.tab();
    await userEvent.tab();
    await userEvent.tab();
    await userEvent.keyboard("{Enter}");
    expect(session.intents).toEqual([{ type: "leave" }]);
  });

  it("switches microphone and camera before anybody answers", async () => {
    const session = fakeSession({ phase: "ringing", participants: bob() });
    show(session, <RingingScreen />);
    await userEvent.click(screen.getByRole("button", { name: "Turn microphone off" }));
    await userEvent.click(screen.getByRole("button", { name: "Turn camera on" }));
    expect(session.intents).toEqual([
      { type: "set-microphone", enabled: false },
      { type: "set-camera", enabled: true },
    ]);
  });
});

describe("after a call", () => {
  const over = (reason: string, fields: Partial<CallState> = {}) =>
    fakeSession({
      phase: "ended",
      ended: { reason, endedBy: null, durationSeconds: 754, error: null, joinable: false },
      ...fields,
    });

  it("the screen says how long it was and reads its title first", () => {
    show(over("ended-by-user"), <EndedScreen onClose={() => undefined} />);
    expect(screen.getByText("Duration: 12 minutes 34 seconds")).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole("heading"));
    expect(screen.getAllByRole("button")).toHaveLength(1);
  });

  it("a poor connection gets a hint, a good one none", () => {
    const close = (): void => undefined;
    show(
      over("ended-by-user", { quality: { grade: "poor", cause: "loss" } }),
      <EndedScreen onClose={close} />,
    );
    expect(screen.getByText(/Your connection was weak/)).toBeTruthy();
    cleanup();
    show(over("ended-by-user"), <EndedScreen onClose={close} />);
    expect(screen.queryByText(/Your connection was weak/)).toBeNull();
  });

  it.each([
    ["call-again", { direction: "outgoing" }, { started: 1, answered: [] }],
    ["rejoin", { direction: "outgoing" }, { started: 0, answered: ["call-1"] }],
    ["try-again", { direction: "incoming" }, { started: 0, answered: ["call-1"] }],
    ["try-again", { direction: "outgoing" }, { started: 1, answered: [] }],
  ] as const)("%s does so (%o)", (offer, fields, done) => {
    const client = fakeClient();
    followOffer(client, over("x", { callId: "call-1", ...fields }).store.get(), offer);
    expect(client.calls.started).toHaveLength(done.started);
    expect(client.calls.answered.map((one) => one.callId)).toEqual(done.answered);
  });

  it("join-running joins the call that was in the way", () => {
    const client = fakeClient();
    const error = new CallError("Refused", "x", {
      refusal: { code: "call_active", message: "", retryable: false, callId: "running" },
    });
    const session = over("refused", {
      ended: { reason: "refused", endedBy: null, durationSeconds: 0, error, joinable: false },
    });
    followOffer(client, session.store.get(), "join-running");
    expect(client.calls.answered).toMatchObject([{ callId: "running" }]);
  });
});

describe("the banner", () => {
  const notice = (fields: Partial<Notice> & Pick<Notice, "kind">): Notice => ({
    id: fields.kind,
    error: null,
    userId: null,
    ...fields,
  });

  it("shows the most urgent notice alone", () => {
    const notices = [notice({ kind: "signalling-lost" }), notice({ kind: "weak-network" })];
    show(fakeSession({ notices }), <NoticeBanner />);
    expect(screen.getByText(/connection to the server is lost/)).toBeTruthy();
    expect(screen.queryByText(/network is weak/)).toBeNull();
  });

  it.each([
    ["weak-network", "Switch to audio only", { type: "set-quality", quality: "audio-only" }],
    ["muted-by-host", "Turn microphone on", { type: "set-microphone", enabled: true }],
    ["media-lost", "Try now", { type: "retry" }],
    ["device-changed", "Dismiss", { type: "dismiss-notice", id: "device-changed" }],
  ] as const)("of %s offers “%s”", async (kind, label, intent) => {
    const session = fakeSession({ notices: [notice({ kind })], local: fakeMuted() });
    show(session, <NoticeBanner />);
    await userEvent.click(screen.getByRole("button", { name: label }));
    expect(session.intents).toEqual([intent]);
  });

  it("uses the error's way out, and shows that it is being tried", async () => {
    let finish = (): void => undefined;
    const recover = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const error = new CallError("DeviceBusy", "x", { device: "camera", recover });
    show(fakeSession({ notices: [notice({ kind: "camera-failed", error })] }), <NoticeBanner />);
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(recover).toHaveBeenCalledOnce();
    expect(screen.getByRole("button", { name: /Try again/ }).getAttribute("aria-busy")).toBe("true");
    await act(async () => finish());
    expect(screen.getByRole("button", { name: "Try again" }).getAttribute("aria-busy")).toBeNull();
  });

  it("leaves blocked sound to its own button", async () => {
    const session = fakeSession({ notices: [notice({ kind: "audio-blocked" })] });
    show(
      session,
      <>
        <NoticeBanner />
        <TapToHear />
      </>,
    );
    await userEvent.click(screen.getByRole("button", { name: "Tap to hear" }));
    expect(session.intents).toEqual([{ type: "hear" }]);
    act(() => session.store.patch({ notices: [] }));
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("opens the help for a blocked camera, which closes once it works", async () => {
    const recover = vi.fn(async () => undefined);
    const error = new CallError("PermissionDenied", "x", { device: "camera", recover });
    const local = fakeLocal({ camera: { ...fakeLocal().camera, wanted: true, status: "failed", error } });
    show(fakeSession({ local, notices: [notice({ kind: "camera-failed", error })] }), <NoticeBanner />);
    await userEvent.click(screen.getByRole("button", { name: "How to allow it" }));
    expect(screen.getByRole("dialog", { name: "Allow the camera" })).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(recover).toHaveBeenCalledOnce();
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

describe("the help for permissions", () => {
  it.each(["chromium", "firefox", "safari", "ios", "other"] as const)("has three steps for %s", (browser) => {
    render(
      <Surface>
        <PermissionHelp open onOpenChange={() => undefined} device="microphone" browser={browser} />
      </Surface>,
    );
    expect(screen.getAllByRole("listitem")).toHaveLength(3);
  });

  it("stays, and says so, when it is still blocked", async () => {
    const onOpenChange = vi.fn();
    render(
      <Surface>
        <PermissionHelp
          open
          onOpenChange={onOpenChange}
          device="camera"
          onTryAgain={() => Promise.reject(new Error("NotAllowedError"))}
        />
      </Surface>,
    );
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(screen.getByText(/still blocked\. Check/)).toBeTruthy();
    expect(onOpenChange).not.toHaveBeenCalled();
  });
});
