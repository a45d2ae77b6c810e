// @vitest-environment jsdom
// The hooks that stand for buttons, used with buttons of one's own.

import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { fakeLocal, fakeParticipant, fakeSession, PEOPLE, SELF } from "../../gallery/fakes.js";
import { useCamera } from "../../src/hooks/useCamera.js";
import { useLeave } from "../../src/hooks/useLeave.js";
import { useMicrophone } from "../../src/hooks/useMicrophone.js";
import { useScreenShare } from "../../src/hooks/useScreenShare.js";
import { SessionProvider } from "../../src/store/index.js";

// Finding elements by role is slow in jsdom, several times so on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Buttons() {
  const buttons = [useMicrophone(), useCamera(), useScreenShare(), useLeave()];
  return buttons.map((button) =>
    button === null ? null : (
      <button key={button.label} {...button.buttonProps}>
        {button.state}
      </button>
    ),
  );
}

function show(fields: Parameters<typeof fakeSession>[0] = {}) {
  const session = fakeSession(fields);
  render(
    <SessionProvider session={session}>
      <Buttons />
    </SessionProvider>,
  );
  return session;
}

const labels = () => screen.getAllByRole("button").map((button) => button.getAttribute("aria-label"));

it("labels name the actions, and clicks do them", async () => {
  const mediaDevices = { getDisplayMedia: () => undefined };
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { mediaDevices }));
  const session = show();
  expect(labels()).toEqual(["Turn microphone off", "Turn camera on", "Share screen", "End call"]);
  for (const button of screen.getAllByRole("button")) button.click();
  expect(session.intents).toEqual([
    { type: "set-microphone", enabled: false },
    { type: "set-camera", enabled: true },
    { type: "share-screen", audio: true },
    { type: "leave" },
  ]);
});

it("a device that failed is tried again", async () => {
  const camera = { ...fakeLocal().camera, wanted: true, status: "failed" } as const;
  const session = show({ local: fakeLocal({ camera }) });
  await userEvent.click(screen.getByRole("button", { name: "Try the camera again" }));
  expect(session.intents).toEqual([{ type: "set-camera", enabled: true }]);
});

it("nothing is offered to share where the browser cannot", () => {
  show();
  expect(labels()).not.toContain("Share screen");
});

it("leaving is cancelling while it rings, and leaving a group is not ending it", () => {
  show({ phase: "ringing" });
  expect(labels()).toContain("Cancel call");
  cleanup();
  show({ participants: [SELF, PEOPLE.bob, PEOPLE.cid].map((person) => fakeParticipant(person)) });
  expect(labels()).toContain("Leave call");
});
