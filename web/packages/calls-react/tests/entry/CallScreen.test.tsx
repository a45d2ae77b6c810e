// @vitest-environment jsdom
// The screen of a call follows its phases, and hands on what was offered at the end.

import type { CallState } from "@aethex/calls-client";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fakeClient, fakeParticipant, fakeSession, PEOPLE, SELF } from "../../gallery/fakes.js";
import { CallScreen, type CallScreenProps } from "../../src/entry/CallScreen.js";
import { CallProvider } from "../../src/provider/CallProvider.js";

// Finding elements by role is slow in jsdom, several times so on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe = (): void => undefined;
      disconnect = (): void => undefined;
    },
  );
});

afterEach(() => {
  cleanup();
  localStorage.clear();
  vi.unstubAllGlobals();
});

function show(fields: Partial<CallState>, props: Partial<CallScreenProps> = {}) {
  const session = fakeSession(fields);
  const client = fakeClient();
  client.session.set({ current: session });
  const onDone = vi.fn();
  render(
    <CallProvider client={client}>
      <CallScreen session={session} onDone={onDone} {...props} />
    </CallProvider>,
  );
  return { session, client, onDone };
}

const done = (reason: string) => ({
  reason,
  endedBy: null,
  durationSeconds: 0,
  error: null,
  joinable: false,
});
const calling = () => screen.queryByRole("region", { name: "Calling Bob Okafor" });

it("goes from calling to the call and to its end", () => {
  const { session, onDone } = show({ phase: "ringing" });
  expect(calling()).not.toBeNull();
  act(() => session.store.patch({ phase: "connecting" }));
  expect(calling()).not.toBeNull();
  act(() => session.store.patch({ phase: "active" }));
  expect(calling()).toBeNull();
  expect(screen.getByRole("button", { name: "End call" })).toBeTruthy();
  act(() => session.store.patch({ phase: "reconnecting" }));
  expect(screen.getByRole("button", { name: "End call" })).toBeTruthy();
  act(() => session.store.patch({ phase: "ended", ended: done("timeout") }));
  expect(screen.getByRole("heading", { name: "No answer" })).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Close" }));
  expect(onDone).toHaveBeenCalledOnce();
});

it("a group that connects is shown at once", () => {
  const participants = [SELF, PEOPLE.bob, PEOPLE.cid].map((person) => fakeParticipant(person));
  show({ phase: "connecting", participants });
  expect(screen.getByRole("button", { name: "Leave call" })).toBeTruthy();
});

it("keys work while it rings and in the call, and no more after it", () => {
  const { session } = show({ phase: "ringing" });
  fireEvent.keyDown(document.body, { key: "m" });
  act(() => session.store.patch({ phase: "active" }));
  fireEvent.keyDown(document.body, { key: "v" });
  act(() => session.store.patch({ phase: "ended", ended: done("timeout") }));
  fireEvent.keyDown(document.body, { key: "m" });
  expect(session.intents.map((intent) => intent.type)).toEqual(["set-microphone", "set-camera"]);
});

it("the next call on this device begins in the layout that was chosen last", () => {
  show({ phase: "active" });
  fireEvent.keyDown(document.body, { key: "l" });
  expect(screen.getByText("Layout: Grid")).toBeTruthy();
  cleanup();
  show({ phase: "active" });
  fireEvent.keyDown(document.body, { key: "l" });
  expect(screen.getByText("Layout: Speaker")).toBeTruthy();
});

it("calls again by itself and says which call is next", () => {
  const onNext = vi.fn();
  const { client } = show({ phase: "ended", ended: done("timeout") }, { onNext });
  fireEvent.click(screen.getByRole("button", { name: "Call again" }));
  expect(client.calls.started).toMatchObject([{ type: "video" }]);
  expect(onNext).toHaveBeenCalledExactlyOnceWith(client.session.get().current);
});

it("leaves what was offered to the product when it wants that", () => {
  const onOffer = vi.fn();
  const { client, session } = show({ phase: "ended", ended: done("timeout") }, { onOffer });
  fireEvent.click(screen.getByRole("button", { name: "Call again" }));
  expect(onOffer).toHaveBeenCalledExactlyOnceWith("call-again", session);
  expect(client.calls.started).toEqual([]);
});
