// @vitest-environment jsdom
// The control bar: names that say the action, intents, menus, what is hidden from whom.

import { CallError, type Intent } from "@aethex/calls-client";
import { act, cleanup, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeLocal, fakeParticipant, PEOPLE, SELF } from "../../gallery/fakes.js";
import { stubBrowser } from "./browser.js";
import { showCall } from "./showCall.js";

beforeEach(() => {
  stubBrowser();
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const group = [fakeParticipant(SELF), fakeParticipant(PEOPLE.bob), fakeParticipant(PEOPLE.cid)];
const button = (name: string | RegExp) => screen.getByRole("button", { name });

describe("microphone and camera", () => {
  it("are named by what a press does, and do it", async () => {
    const { session, user } = showCall();
    await user.click(button("Turn microphone off"));
    await user.click(button("Turn camera on"));
    expect(session.intents).toEqual<Intent[]>([
      { type: "set-microphone", enabled: false },
      { type: "set-camera", enabled: true },
    ]);
  });

  it("change their names with the state", () => {
    const { session } = showCall();
    const local = fakeLocal({ microphone: { ...fakeLocal().microphone, wanted: false, status: "off" } });
    act(() => session.store.patch({ local }));
    expect(button("Turn microphone on")).toBeDefined();
  });

  it("offer another try when the device does not work", async () => {
    const error = new CallError("DeviceBusy", "busy", { device: "camera" });
    const camera = { ...fakeLocal().camera, wanted: true, status: "failed", error } as const;
    const { session, user } = showCall({ local: fakeLocal({ camera }) });
    await user.click(button("Try the camera again"));
    expect(session.intents).toEqual([{ type: "set-camera", enabled: true }]);
  });

  it("let a device be chosen", async () => {
    const { session, user } = showCall();
    await user.click(button("Choose microphone and speaker"));
    await user.selectOptions(screen.getByLabelText("Microphone"), "Headset");
    await user.selectOptions(screen.getByLabelText("Speaker"), "System default");
    expect(session.intents).toEqual([
      { type: "choose-device", kind: "audioinput", deviceId: "mic-2" },
      { type: "choose-device", kind: "audiooutput", deviceId: null },
    ]);
  });

  it("show a refused choice in the state only, not as an unhandled error", async () => {
    const { session, user } = showCall();
    session.onIntent = () => Promise.reject(new CallError("DeviceMissing", "gone"));
    await user.click(button("Turn camera on"));
    expect(session.intents).toHaveLength(1);
  });
});

describe("sharing the screen", () => {
  it("begins with sound and ends", async () => {
    const { session, user } = showCall();
    await user.click(button("Share screen"));
    const sharing = { status: "on", error: null, track: null, audio: true } as const;
    act(() => session.store.patch({ local: fakeLocal({ screen: sharing }) }));
    expect(screen.getAllByText("You are sharing your screen")[0]).toBeDefined();
    await user.click(screen.getAllByRole("button", { name: "Stop sharing" })[0] ?? document.body);
    expect(session.intents).toEqual([{ type: "share-screen", audio: true }, { type: "stop-sharing" }]);
  });

  it("is not offered to who may not, nor when it is switched off", () => {
    showCall({ capabilities: new Set(["join", "speak"]) });
    expect(screen.queryByRole("button", { name: "Share screen" })).toBeNull();
    cleanup();
    showCall({}, { features: { screenShare: false } });
    expect(screen.queryByRole("button", { name: "Share screen" })).toBeNull();
  });
});

describe("menus", () => {
  it("choose the layout, and mark the one in use", async () => {
    const { view, user } = showCall();
    await user.click(button("Change layout"));
    expect(screen.getByRole("menuitemradio", { name: /Automatic/ }).getAttribute("aria-checked")).toBe(
      "true",
    );
    await user.click(screen.getByRole("menuitemradio", { name: /Speaker/ }));
    expect(view.store.get().layout).toBe("speaker");
  });

  it("choose the quality by keyboard and give the focus back", async () => {
    const { session, user } = showCall();
    button("Video quality").focus();
    await user.keyboard("{Enter}");
    await user.keyboard("{End}{Enter}");
    expect(session.intents).toEqual([{ type: "set-quality", quality: "audio-only" }]);
    await waitFor(() => expect(document.activeElement).toBe(button("Video quality")));
  });

  it("open the list of keys, which has those that are switched off left out", async () => {
    const { view, user } = showCall();
    act(() => view.setSingleKeys(false));
    await user.click(button("More options"));
    await user.click(screen.getByRole("menuitem", { name: /Keyboard shortcuts/ }));
    const dialog = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    expect(within(dialog).queryByText("Hold to talk")).toBeNull();
    expect(within(dialog).getByText("Leave the call")).toBeDefined();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(view.store.get().dialog).toBeNull();
  });
});

describe("on a phone", () => {
  it("what has no room in the bar is in the menu: people, hand, reactions, layout", async () => {
    vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(366);
    const { session, view, user } = showCall({ participants: group });
    expect(screen.queryByRole("button", { name: "Raise hand" })).toBeNull();
    const choose = async (name: string): Promise<void> => {
      await user.click(button("More options"));
      await user.click(await screen.findByRole("menuitem", { name }));
    };
    await choose("Raise hand");
    expect(session.intents).toEqual([{ type: "raise-hand", raised: true }]);
    await choose("Layout");
    await user.click(await screen.findByRole("radio", { name: /Speaker/ }));
    await user.click(screen.getByRole("radio", { name: "Hidden" }));
    expect(view.store.get()).toMatchObject({ layout: "speaker", selfView: "hidden" });
    await user.keyboard("{Escape}");
    await choose("Reactions");
    const sheet = await screen.findByRole("dialog", { name: "Reactions" });
    await user.click(within(sheet).getByRole("button", { name: "Wow" }));
    expect(session.intents.at(-1)).toEqual({ type: "react", reaction: "😮" });
    await user.keyboard("{Escape}");
    await choose("Show people");
    expect(view.store.get().peopleOpen).toBe(true);
  });
});

describe("leaving", () => {
  it("ends a call of two at once", async () => {
    const { session, user } = showCall();
    await user.click(button("End call"));
    expect(session.intents).toEqual([{ type: "leave" }]);
    expect(screen.queryByRole("button", { name: "Ways to leave" })).toBeNull();
  });

  it("in a group lets who may end it for everybody", async () => {
    const { session, user } = showCall({ participants: group, capabilities: new Set(["end-for-all"]) });
    await user.click(button("Ways to leave"));
    await user.click(screen.getByRole("menuitem", { name: /End call for everybody/ }));
    expect(session.intents).toEqual([{ type: "end" }]);
  });

  it("in a group offers the others only to leave", () => {
    showCall({ participants: group, capabilities: new Set(["join"]) });
    expect(button("Leave call")).toBeDefined();
    expect(screen.queryByRole("button", { name: "Ways to leave" })).toBeNull();
  });
});

describe("the time", () => {
  it("counts from the first answer", () => {
    vi.useFakeTimers({ now: 1_000_000 });
    try {
      showCall({ startedAtMs: 1_000_000 - 59_000 });
      const timer = screen.getAllByRole("timer")[0];
      expect(timer?.textContent).toBe("0:59");
      act(() => vi.advanceTimersByTime(6_100));
      expect(timer?.textContent).toBe("1:05");
      expect(timer?.getAttribute("aria-label")).toBe("Call time: 1 minute 5 seconds");
    } finally {
      vi.useRealTimers();
    }
  });
});
