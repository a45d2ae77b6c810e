// @vitest-environment jsdom
// Somebody calls: cards, buttons, the title of a hidden page, notifications, and why a ring stopped.

import { act, cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeClient, fakeClient, fakeRing, fakeSession, PEOPLE } from "../../gallery/fakes.js";
import { IncomingCall, type IncomingCallProps } from "../../src/entry/IncomingCall.js";
import { CallProvider } from "../../src/provider/CallProvider.js";

const cid = { callId: "call-2", callerId: PEOPLE.cid.userId, callerName: PEOPLE.cid.userName };
const shown = vi.fn();
let hidden = false;

class FakeNotification {
  static permission: NotificationPermission = "granted";
  onclick: (() => void) | null = null;
  constructor(title: string, options: NotificationOptions) {
    shown(title, options.body, options.tag);
  }
  close(): void {
    shown("closed");
  }
}

beforeEach(() => {
  hidden = false;
  FakeNotification.permission = "granted";
  vi.spyOn(document, "visibilityState", "get").mockImplementation(() => (hidden ? "hidden" : "visible"));
  vi.stubGlobal("Notification", FakeNotification);
  document.title = "Chat";
});

// Finding elements by role is slow in jsdom, several times so on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  shown.mockReset();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function show(client: FakeClient, props: IncomingCallProps = {}) {
  return render(
    <CallProvider client={client}>
      <input aria-label="Message" />
      <IncomingCall soundEnabled={false} {...props} />
    </CallProvider>,
  );
}

function hide(yes: boolean): void {
  hidden = yes;
  act(() => {
    document.dispatchEvent(new Event("visibilitychange"));
  });
}

describe("an incoming call", () => {
  it("says who calls and how, with three ways to react", () => {
    show(fakeClient({ rings: [fakeRing()] }));
    const card = screen.getByRole("dialog", { name: "Bob Okafor is calling" });
    expect(within(card).getByText("Video call")).toBeTruthy();
    expect(
      within(card)
        .getAllByRole("button")
        .map((button) => button.textContent),
    ).toEqual(["Decline", "Answer with audio", "Answer with video"]);
  });

  it("is announced to screen readers when it comes", () => {
    const client = fakeClient();
    show(client);
    expect(screen.getByRole("alert").textContent).toBe("");
    act(() => client.store.patch({ rings: [fakeRing()] }));
    expect(screen.getByRole("alert").textContent).toBe("Bob Okafor is calling");
  });

  it("leaves the focus where somebody is typing", () => {
    const client = fakeClient();
    show(client);
    const field = screen.getByLabelText("Message");
    field.focus();
    act(() => client.store.patch({ rings: [fakeRing()] }));
    expect(document.activeElement).toBe(field);
  });

  it.each([
    ["Answer with audio", false],
    ["Answer with video", true],
  ])("%s answers and hands over the call", async (label, video) => {
    const onAnswered = vi.fn();
    const client = fakeClient({ rings: [fakeRing()] });
    show(client, { onAnswered });
    await userEvent.click(screen.getByRole("button", { name: label }));
    expect(client.calls.answered).toEqual([{ callId: fakeRing().callId, video }]);
    expect(onAnswered).toHaveBeenCalledExactlyOnceWith(client.session.get().current);
  });

  it("goes away when it is declined", async () => {
    const client = fakeClient({ rings: [fakeRing()] });
    show(client);
    await userEvent.click(screen.getByRole("button", { name: "Decline" }));
    expect(client.calls.declined).toEqual([fakeRing().callId]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("shows further callers small, below the first", () => {
    show(fakeClient({ rings: [fakeRing(), fakeRing(cid)] }));
    expect(screen.getAllByRole("dialog")).toHaveLength(1);
    expect(screen.getByText("Cid Morales is calling too")).toBeTruthy();
  });

  it("during a call is small, and answering ends that call", async () => {
    const client = fakeClient({ rings: [fakeRing(cid)] });
    client.session.set({ current: fakeSession() });
    show(client);
    expect(screen.queryByRole("dialog")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "End and answer" }));
    expect(client.calls.answered).toEqual([{ callId: "call-2", video: false }]);
  });

  it("is a card again once the call before is over", () => {
    const client = fakeClient({ rings: [fakeRing()] });
    const session = fakeSession();
    client.session.set({ current: session });
    show(client);
    act(() => session.store.patch({ phase: "ended" }));
    expect(screen.getByRole("dialog")).toBeTruthy();
  });
});

describe("a hidden page", () => {
  it("flashes its title and has it back afterwards", () => {
    vi.useFakeTimers();
    const client = fakeClient({ rings: [fakeRing()] });
    show(client);
    expect(document.title).toBe("Chat");
    hide(true);
    expect(document.title).toBe("Bob Okafor is calling…");
    act(() => void vi.advanceTimersByTime(1000));
    expect(document.title).toBe("Chat");
    act(() => void vi.advanceTimersByTime(1000));
    act(() => client.store.patch({ rings: [] }));
    expect(document.title).toBe("Chat");
  });

  it("shows a notification where that is allowed, and takes it away", () => {
    const client = fakeClient({ rings: [fakeRing()] });
    show(client);
    expect(shown).not.toHaveBeenCalled();
    hide(true);
    expect(shown.mock.calls).toEqual([["Bob Okafor is calling…", "Video call", fakeRing().callId]]);
    hide(false);
    expect(shown).toHaveBeenLastCalledWith("closed");
  });

  it("shows none where it is not allowed, or not wanted", () => {
    FakeNotification.permission = "default";
    show(fakeClient({ rings: [fakeRing()] }));
    hide(true);
    cleanup();
    FakeNotification.permission = "granted";
    hide(false);
    show(fakeClient({ rings: [fakeRing()] }), { notifications: false });
    hide(true);
    expect(shown).not.toHaveBeenCalled();
    expect(document.title).toBe("Chat");
  });
});

describe("a ring that stopped by itself", () => {
  it.each([
    ["timeout", "Missed call from Bob Okafor"],
    ["cancelled", "Bob Okafor hung up before you answered"],
    ["answered-elsewhere", "Answered on another device"],
    ["something-new", "The call is no longer ringing"],
  ])("by %s says so for a while", (reason, words) => {
    vi.useFakeTimers();
    const client = fakeClient();
    show(client);
    act(() => client.store.patch({ ringOver: { ring: fakeRing(), reason } }));
    expect(screen.getByText(words)).toBeTruthy();
    act(() => void vi.advanceTimersByTime(8000));
    expect(screen.queryByText(words)).toBeNull();
  });

  it("before the page was opened is not told again", () => {
    show(fakeClient({ ringOver: { ring: fakeRing(), reason: "timeout" } }));
    expect(screen.queryByText(/Missed call/)).toBeNull();
  });
});
