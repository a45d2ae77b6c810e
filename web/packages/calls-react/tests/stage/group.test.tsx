// @vitest-environment jsdom
// Calls of many: pages, who comes into sight, layouts, self view, hands and reactions.

import type { Intent, ParticipantState } from "@aethex/calls-client";
import { act, cleanup, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { crowd, fakeParticipant, PEOPLE, SELF } from "../../gallery/fakes.js";
import { createCallView } from "../../src/stage/index.js";
import { FakeTrack, stubBrowser } from "./browser.js";
import { showCall } from "./showCall.js";

const rendered = vi.hoisted(() => ({ tiles: [] as string[] }));
vi.mock(import("../../src/stage/Tile.js"), async (original) => {
  const actual = await original();
  const { memo, createElement } = await import("react");
  return {
    ...actual,
    Tile: memo(function Counted(props) {
      rendered.tiles.push(props.userId);
      return createElement(actual.Tile, props);
    }),
  };
});

beforeEach(() => {
  stubBrowser();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const many = (count: number, fields: Readonly<Record<string, Partial<ParticipantState>>> = {}) =>
  crowd(count).map((person) => fakeParticipant(person, fields[person.userId] ?? {}));
const shown = (): readonly string[] =>
  [...document.querySelectorAll<HTMLElement>("[data-tile]")].map((frame) => frame.dataset.tile ?? "");
const nameOf = (index: number): string => crowd(20)[index]?.userName ?? "";
const idOf = (index: number): string => crowd(20)[index]?.userId ?? "";
const button = (name: string | RegExp) => screen.getByRole("button", { name });
const tile = (name: string | RegExp) => screen.getByRole("group", { name });

describe("pages", () => {
  it("hold nine people each, and are turned by arrows and dots", async () => {
    const { user } = showCall({ participants: many(20) }, { view: createCallView({ layout: "grid" }) });
    expect(shown()).toEqual(crowd(9).map(({ userId }) => userId));
    await user.click(button("Next page"));
    expect(shown()).toEqual(
      crowd(18)
        .slice(9)
        .map(({ userId }) => userId),
    );
    await user.click(button("Page 3 of 3"));
    expect(shown()).toHaveLength(2);
    expect(button("Page 3 of 3").getAttribute("aria-current")).toBe("page");
    expect(button("Next page")).toHaveProperty("disabled", true);
  });

  it("are turned by a finger that goes sideways, against the way it goes", async () => {
    const { view } = showCall({ participants: many(20) }, { view: createCallView({ layout: "grid" }) });
    const list = screen.getByRole("region", { name: "People in the call" }).querySelector("ul");
    const swipe = (fromX: number, toX: number, toY = 0): void => {
      const touch = { bubbles: true, pointerType: "touch", isPrimary: true, pointerId: 1 };
      act(() => {
        list?.dispatchEvent(pointer("pointerdown", { ...touch, clientX: fromX, clientY: 0 }));
        list?.dispatchEvent(pointer("pointerup", { ...touch, clientX: toX, clientY: toY }));
      });
    };
    swipe(300, 200);
    expect(view.store.get().page).toBe(1);
    swipe(300, 280);
    swipe(300, 200, 90);
    expect(view.store.get().page, "short and slanting ways are none").toBe(1);
    swipe(200, 300);
    expect(view.store.get().page).toBe(0);
    swipe(200, 300);
    expect(view.store.get().page, "there is nothing before the first").toBe(0);
  });

  it("are turned by keys at a tile, and the focus comes along", async () => {
    const { user } = showCall({ participants: many(12) }, { view: createCallView({ layout: "grid" }) });
    act(() => tile(/Bob/).focus());
    await user.keyboard("{PageDown}");
    await waitFor(() => expect(document.activeElement).toBe(tile(new RegExp(nameOf(9)))));
    await user.keyboard("{PageUp}");
    await waitFor(() => expect(document.activeElement).toBe(tile(/Ann/)));
  });

  it("of many are a number in place of dots, which would not fit", () => {
    const names = Array.from({ length: 50 }, (_, index) => ({
      userId: `u${index}`,
      userName: `Guest ${index}`,
    }));
    showCall(
      { participants: [fakeParticipant(SELF), ...names.map((one) => fakeParticipant(one))] },
      { view: createCallView({ layout: "grid" }) },
    );
    expect(screen.getByRole("img", { name: "Page 1 of 6" }).textContent).toBe("1 / 6");
    expect(screen.queryByRole("button", { name: "Page 2 of 6" })).toBeNull();
  });
});

describe("a speaker on another page, as the server hears it", () => {
  it("takes the place of the one who is silent for longest; two tiles are rendered at most", () => {
    const { session } = showCall(
      { topology: "sfu", participants: many(20) },
      { view: createCallView({ layout: "grid" }) },
    );
    const before = shown();
    rendered.tiles.length = 0;
    speak(14);
    expect(shown()).toContain(idOf(14));
    expect(shown().filter((id, at) => id !== before[at])).toHaveLength(1);
    expect(new Set(rendered.tiles).size).toBeLessThanOrEqual(2);
    expect(shown()[0], "oneself stays").toBe(SELF.userId);

    function speak(index: number): void {
      const speakers = [idOf(index)];
      const participants = many(20, { [idOf(index)]: { speaking: true } });
      act(() => session.store.patch({ speakers, participants }));
    }
  });

  it("gets the large tile once the one before has had it for a while", () => {
    vi.useFakeTimers();
    const { session } = showCall(
      { topology: "sfu", participants: many(5) },
      { view: createCallView({ layout: "speaker" }) },
    );
    const large = () => document.querySelector<HTMLElement>('[data-role="main"]')?.dataset.tile;
    act(() => session.store.patch({ speakers: [idOf(2)] }));
    expect(large()).toBe(idOf(2));
    act(() => session.store.patch({ speakers: [idOf(3)] }));
    expect(large()).toBe(idOf(2));
    act(() => vi.advanceTimersByTime(2000));
    expect(large()).toBe(idOf(3));
    act(() => session.store.patch({ speakers: [idOf(1), idOf(3)] }));
    act(() => vi.advanceTimersByTime(10_000));
    expect(large(), "nobody is interrupted").toBe(idOf(3));
  });

  it("has the ring while the server names them, without rendering", () => {
    const { session } = showCall({ topology: "sfu", participants: many(3) });
    const ring = tile(/Bob/).querySelector("[data-ax-ring]");
    rendered.tiles.length = 0;
    act(() => session.store.patch({ speakers: [PEOPLE.bob.userId] }));
    expect(ring?.hasAttribute("data-speaking")).toBe(true);
    act(() => session.store.patch({ speakers: [] }));
    expect(ring?.hasAttribute("data-speaking")).toBe(false);
    expect(rendered.tiles).toEqual([]);
  });
});

describe("layouts", () => {
  it("without pictures show none, of nobody", async () => {
    const withTrack = { [PEOPLE.bob.userId]: { cameraTrack: new FakeTrack("b") } };
    const { view, user } = showCall({ participants: many(3, withTrack) });
    expect(document.querySelectorAll("video")).toHaveLength(1);
    await user.click(button("Change layout"));
    await user.click(screen.getByRole("menuitemradio", { name: /Audio only/ }));
    expect(view.store.get().layout).toBe("audio-only");
    expect(document.querySelector("video")).toBeNull();
  });

  it("let the self view float, or hide it", async () => {
    const { user } = showCall({ participants: many(4) });
    const role = () =>
      document.querySelector<HTMLElement>(`[data-tile="${SELF.userId}"]`)?.dataset.role ?? null;
    expect(role()).toBe("grid");
    const choose = async (name: string): Promise<void> => {
      await user.click(button("Change layout"));
      await user.click(screen.getByRole("menuitemradio", { name }));
    };
    await choose("Floating");
    expect(role()).toBe("float");
    await choose("Hidden");
    expect(role()).toBeNull();
  });

  it("show several pinned people and two shares large", async () => {
    const sharing = { audioEnabled: true, videoEnabled: true, screenSharing: true };
    const participants = many(6, {
      [PEOPLE.bob.userId]: { mediaState: sharing, screenTrack: new FakeTrack("s1") },
      [PEOPLE.dee.userId]: { mediaState: sharing, screenTrack: new FakeTrack("s2") },
    });
    const { view } = showCall({ participants });
    const large = () =>
      [...document.querySelectorAll<HTMLElement>('[data-role="main"]')].map((one) => one.dataset.tile);
    expect(large()).toEqual([`screen:${PEOPLE.bob.userId}`, `screen:${PEOPLE.dee.userId}`]);
    expect(
      document.querySelector(`[data-tile="${PEOPLE.bob.userId}"]`),
      "beside their person",
    ).not.toBeNull();
    act(() => {
      view.togglePin(PEOPLE.cid.userId);
      view.togglePin(PEOPLE.eve.userId);
    });
    expect(large()).toEqual([PEOPLE.cid.userId, PEOPLE.eve.userId]);
  });
});

describe("a picture that the network pauses", () => {
  it("keeps its last frame, dimmed, with the reason", () => {
    const paused = { cameraTrack: new FakeTrack("b"), cameraPaused: "bandwidth" } as const;
    showCall({ participants: many(3, { [PEOPLE.bob.userId]: paused }) });
    expect(within(tile(/Bob/)).getByText("Low bandwidth")).toBeDefined();
    expect(tile(/Bob/).querySelector("video")?.hasAttribute("data-paused")).toBe(true);
  });
});

describe("hands", () => {
  const up = { handRaisedAtMs: 1, handOrder: 2 };

  it("are raised and lowered by a button", async () => {
    const { session, user } = showCall({ participants: many(3) });
    await user.click(button("Raise hand"));
    act(() => session.store.patch({ participants: many(3, { [SELF.userId]: up }) }));
    await user.click(button("Lower your hand"));
    expect(session.intents).toEqual<Intent[]>([
      { type: "raise-hand", raised: true },
      { type: "raise-hand", raised: false },
    ]);
  });

  it("are seen on the tile with their place, and said in its name", () => {
    showCall({ participants: many(3, { [PEOPLE.bob.userId]: up }) });
    expect(tile("Bob Okafor, hand raised").querySelector("[data-ax-hand]")?.textContent).toBe("2");
  });

  it("of others are told beside the bar, wherever their tile is, and lead to the list", async () => {
    const { view, user } = showCall(
      { participants: many(20, { [SELF.userId]: up, [idOf(15)]: up, [idOf(16)]: up }) },
      { view: createCallView({ layout: "grid" }) },
    );
    const told = () => screen.queryAllByRole("button", { name: "2 raised hands. Show people" });
    await user.click(told()[0] ?? document.body);
    expect(view.store.get().peopleOpen).toBe(true);
    expect(told(), "the list says it now").toEqual([]);
  });

  it("have no button where the person may not, or the product does not want it", () => {
    showCall({ participants: many(3), capabilities: new Set(["join"]) });
    expect(screen.queryByRole("button", { name: "Raise hand" })).toBeNull();
    expect(screen.queryByRole("button", { name: "React" })).toBeNull();
    cleanup();
    showCall({ participants: many(3) }, { features: { raiseHand: false, reactions: false } });
    expect(screen.queryByRole("button", { name: "Raise hand" })).toBeNull();
    expect(screen.queryByRole("button", { name: "React" })).toBeNull();
  });
});

describe("reactions", () => {
  it("are chosen from eight, by arrow keys too", async () => {
    const { session, user } = showCall({ participants: many(3) });
    await user.click(button("React"));
    const list = await screen.findByRole("list", { name: "Reactions" });
    expect(within(list).getAllByRole("button")).toHaveLength(8);
    await user.click(within(list).getByRole("button", { name: "Heart" }));
    await user.keyboard("{ArrowRight}{Enter}");
    expect(session.intents).toEqual([
      { type: "react", reaction: "❤️" },
      { type: "react", reaction: "😂" },
    ]);
  });

  it("float with the name of who gave them, are said once, and go with the state", () => {
    const { session } = showCall({ participants: many(3) });
    const one = { id: "r1", userId: PEOPLE.bob.userId, reaction: "🎉", atMs: 0 };
    act(() => session.store.patch({ reactions: [one] }));
    expect(document.querySelector("[data-ax-reactions]")?.textContent).toBe("Bob Okafor");
    expect(document.querySelector("[data-ax-live]")?.textContent).toBe("Bob Okafor reacted: Hooray");
    act(() => session.store.patch({ reactions: [] }));
    expect(document.querySelector("[data-ax-reactions]")).toBeNull();
  });

  it("of another client are shown as they were written, but never at length", () => {
    const { session } = showCall({ participants: many(3) });
    const reaction = "abcdefghijklmnopqrstuvwxyz";
    act(() =>
      session.store.patch({ reactions: [{ id: "r1", userId: PEOPLE.bob.userId, reaction, atMs: 0 }] }),
    );
    expect(document.querySelector("[data-ax-reactions]")?.textContent).toBe("abcdefghijklBob Okafor");
  });
});

/** A pointer event; jsdom's own has no pointer in it. */
function pointer(type: string, fields: PointerEventInit): Event {
  return Object.assign(new MouseEvent(type, fields), {
    pointerType: fields.pointerType,
    pointerId: fields.pointerId,
    isPrimary: fields.isPrimary,
  });
}
