// @vitest-environment jsdom
// The stage: what is rendered when, names, conditions, keys, and that only what changed is touched.

import { CallError } from "@aethex/calls-client";
import { act, cleanup, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeParticipant, PEOPLE, SELF } from "../../gallery/fakes.js";
import { createCallView } from "../../src/stage/index.js";
import { FakeTrack, type StubbedBrowser, stubBrowser } from "./browser.js";
import { showCall } from "./showCall.js";

const rendered = vi.hoisted(() => ({ names: [] as string[] }));
vi.mock(import("../../src/stage/TileName.js"), async (original) => {
  const actual = await original();
  const { memo, createElement } = await import("react");
  return {
    ...actual,
    TileName: memo(function Counted(props) {
      rendered.names.push(props.userId);
      return createElement(actual.TileName, props);
    }),
  };
});

let browser: StubbedBrowser;

beforeEach(() => {
  browser = stubBrowser();
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const everybody = Object.values(PEOPLE).map((person) => fakeParticipant(person));
const tile = (name: string | RegExp) => screen.getByRole("group", { name });
const frame = (id: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`[data-tile="${id}"]`);
  if (found === null) throw new Error(`No tile of ${id}`);
  return found;
};

describe("tiles", () => {
  it("say who it is, and what is off", () => {
    const off = { audioEnabled: false, videoEnabled: false, screenSharing: false };
    showCall({ participants: [fakeParticipant(SELF), fakeParticipant(PEOPLE.bob, { mediaState: off })] });
    expect(tile("Bob Okafor, microphone off, camera off")).toBeDefined();
    expect(tile("Ann Taylor (you)")).toBeDefined();
  });

  it("show a person who still rings", () => {
    const ringing = fakeParticipant(PEOPLE.cid, { status: "ringing", connection: null });
    showCall({ participants: [...everybody.slice(0, 2), ringing] });
    expect(within(tile(/Cid Morales/)).getByText("Ringing…")).toBeDefined();
  });

  it("offer another try when there is no connection", async () => {
    const failed = fakeParticipant(PEOPLE.bob, { link: { status: "failed", stats: null, error: null } });
    const { session, user } = showCall({ participants: [fakeParticipant(SELF), failed] });
    await user.click(within(tile(/Bob/)).getByRole("button", { name: "Try again" }));
    expect(session.intents).toEqual([{ type: "retry" }]);
  });

  it("say so while the network withholds the picture", () => {
    const track = new FakeTrack("t1");
    showCall({ participants: [fakeParticipant(SELF), fakeParticipant(PEOPLE.bob, { cameraTrack: track })] });
    expect(screen.queryByText("Low bandwidth")).toBeNull();
    act(() => track.setMuted(true));
    expect(screen.getByText("Low bandwidth")).toBeDefined();
    act(() => track.setMuted(false));
    expect(screen.queryByText("Low bandwidth")).toBeNull();
  });

  it("open the measurements at their bars", async () => {
    const { user } = showCall();
    await user.click(screen.getByRole("button", { name: "Good connection. Show details" }));
    const card = await screen.findByRole("dialog", { name: "Connection with Bob Okafor" });
    expect(within(card).getByText(/Measuring/)).toBeDefined();
  });

  it("say in the measurements why there is no connection", async () => {
    const error = new CallError("IceFailed", "No candidate pair worked");
    const failed = fakeParticipant(PEOPLE.bob, { link: { status: "failed", stats: null, error } });
    const { user } = showCall({ participants: [fakeParticipant(SELF), failed] });
    await user.click(screen.getByRole("button", { name: /Show details/ }));
    const card = await screen.findByRole("dialog", { name: "Connection with Bob Okafor" });
    expect(within(card).getByText(/No way was found through this network/)).toBeDefined();
    expect(within(card).queryByText(/Measuring/)).toBeNull();
  });

  it("tell somebody who is alone that the others can join", () => {
    showCall({ participants: [fakeParticipant(SELF)] });
    expect(screen.getByText("You are the only one here")).toBeDefined();
  });
});

describe("pictures", () => {
  it("get their source when the track is another one, and at no other change", () => {
    const first = new FakeTrack("t1");
    const bob = fakeParticipant(PEOPLE.bob, { cameraTrack: first });
    const { session } = showCall({ participants: [fakeParticipant(SELF), bob] });
    const before = browser.sources.length;
    const set = (fields: Partial<typeof bob>) =>
      act(() => session.store.patch({ participants: [fakeParticipant(SELF), { ...bob, ...fields }] }));
    set({ userName: "Robert" });
    set({ quality: { grade: "poor", cause: "loss" } });
    expect(browser.sources.length).toBe(before);
    const second = new FakeTrack("t2");
    set({ cameraTrack: second });
    expect(browser.sources.slice(before)).toContain(second);
    expect(document.querySelectorAll("video")).toHaveLength(1);
  });

  it("are gone when the camera is off", () => {
    const bob = fakeParticipant(PEOPLE.bob, { cameraTrack: new FakeTrack("t1") });
    const { session } = showCall({ participants: [fakeParticipant(SELF), bob] });
    const off = { ...bob, mediaState: { ...bob.mediaState, videoEnabled: false } };
    act(() => session.store.patch({ participants: [fakeParticipant(SELF), off] }));
    expect(document.querySelector("video")).toBeNull();
  });
});

describe("a change of the speaker", () => {
  it("moves two tiles and renders the inside of none", async () => {
    const now = vi.spyOn(performance, "now").mockReturnValue(0);
    const view = createCallView({ layout: "speaker" });
    const { session } = showCall({ participants: everybody }, { view });
    const talk = (userId: string, fromMs: number): void =>
      act(() => {
        for (const afterMs of [0, 100, 200]) {
          now.mockReturnValue(fromMs + afterMs);
          session.levels.emit(userId, 0.6);
        }
      });
    talk(PEOPLE.bob.userId, 10_000);
    expect(frame(PEOPLE.bob.userId).dataset.role).toBe("main");

    const styles = new Map(everybody.map(({ userId }) => [userId, frame(userId).getAttribute("style")]));
    rendered.names.length = 0;
    act(() => {
      now.mockReturnValue(20_000);
      session.levels.emit(PEOPLE.bob.userId, 0); // silent for long: the floor is free
    });
    talk(PEOPLE.eve.userId, 30_000);
    expect(frame(PEOPLE.eve.userId).dataset.role).toBe("main");
    const moved = everybody.filter(
      ({ userId }) => frame(userId).getAttribute("style") !== styles.get(userId),
    );
    expect(moved.map(({ userId }) => userId).sort()).toEqual([PEOPLE.bob.userId, PEOPLE.eve.userId].sort());
    expect(rendered.names).toEqual([]);
  });

  it("shows the ring without rendering", () => {
    const now = vi.spyOn(performance, "now");
    const { session } = showCall({ participants: everybody });
    const ring = tile(/Bob/).querySelector("[data-ax-ring]");
    rendered.names.length = 0;
    for (const atMs of [0, 100, 200]) {
      now.mockReturnValue(atMs);
      session.levels.emit(PEOPLE.bob.userId, 0.5);
    }
    expect(ring?.hasAttribute("data-speaking")).toBe(true);
    now.mockReturnValue(900);
    session.levels.emit(PEOPLE.bob.userId, 0);
    expect(ring?.hasAttribute("data-speaking")).toBe(false);
    expect(rendered.names).toEqual([]);
  });
});

describe("by keyboard", () => {
  it("a tile is pinned and unpinned, and that is said", async () => {
    const { view, user } = showCall({ participants: everybody });
    within(tile(/Cid/)).getByRole("button", { name: "Pin Cid Morales" }).focus();
    await user.keyboard("{Enter}");
    expect(view.store.get().pins).toEqual([PEOPLE.cid.userId]);
    expect(frame(PEOPLE.cid.userId).dataset.role).toBe("main");
    expect(screen.getByText("Cid Morales is pinned")).toBeDefined();
    await user.keyboard("{Enter}");
    expect(view.store.get().pins).toEqual([]);
  });

  it("the self view moves between the corners", async () => {
    const { view, user } = showCall();
    screen.getByRole("button", { name: /Self view/ }).focus();
    await user.keyboard("{ArrowUp}{ArrowLeft}");
    expect(view.store.get().corner).toBe("top-start");
    expect(frame(SELF.userId).dataset.corner).toBe("top-start");
  });

  it("the self view moves as the arrows point when the language runs from right to left", async () => {
    const { view, user } = showCall({}, { locale: "ar" });
    screen.getByRole("button", { name: /صورتي/ }).focus();
    await user.keyboard("{ArrowRight}");
    expect(view.store.get().corner).toBe("bottom-start");
  });

  it("only one tile is in the tab order: the one that had the focus last", async () => {
    showCall({ participants: everybody });
    const inTabOrder = () =>
      [...document.querySelectorAll<HTMLElement>("[data-ax-tile]")].filter((one) => one.tabIndex === 0);
    await waitFor(() => expect(inTabOrder()).toEqual([tile(/Ann/)]));
    act(() => tile(/Dee/).focus());
    expect(inTabOrder()).toEqual([tile(/Dee/)]);
  });
});

describe("what happens is said", () => {
  it("joins, leaves and the own microphone", () => {
    const { session } = showCall({ participants: [fakeParticipant(SELF)] });
    act(() =>
      session.store.patch({
        participants: [fakeParticipant(SELF), fakeParticipant(PEOPLE.bob, { status: "ringing" })],
      }),
    );
    act(() => session.store.patch({ participants: [fakeParticipant(SELF), fakeParticipant(PEOPLE.bob)] }));
    const region = document.querySelector("[data-ax-live]");
    expect(region?.getAttribute("aria-live")).toBe("polite");
    expect(region?.textContent).toBe("Bob Okafor joined");
  });
});
