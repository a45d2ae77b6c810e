// @vitest-environment jsdom
// The keys of a call: which they are, where they do nothing, and that holding one to talk always ends.

import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import type { ReactElement } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type FakeSession, fakeLocal, fakeParticipant, fakeSession, SELF } from "../../gallery/fakes.js";
import { type KeyPress, keepsKeys, shortcutOf } from "../../src/hooks/shortcutOf.js";
import { type ShortcutActions, useShortcuts } from "../../src/hooks/useShortcuts.js";
import { CallOptionsScope } from "../../src/provider/options.js";
import { SHORTCUTS } from "../../src/stage/shortcuts.js";

// Finding elements by role is slow in jsdom, several times so on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const press = (key: string, fields: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...fields,
});

describe("a key press", () => {
  it.each(SHORTCUTS)("$id is found by its row of the table", (shortcut) => {
    const found = shortcutOf(
      press(shortcut.key, { ctrlKey: shortcut.command, shiftKey: shortcut.shift }),
      true,
    );
    expect(found).toBe(shortcut.id);
  });

  it.each([
    ["m", {}, "microphone"],
    ["M", {}, "microphone"],
    ["v", {}, "camera"],
    ["م", { code: "KeyM" }, "microphone"],
    ["é", { code: "KeyM" }, null],
    ["d", { ctrlKey: true }, "microphone-anywhere"],
    ["e", { metaKey: true }, "camera-anywhere"],
    ["L", { ctrlKey: true, shiftKey: true }, "leave-anywhere"],
    ["m", { ctrlKey: true }, null],
    ["m", { altKey: true }, null],
    ["M", { shiftKey: true }, null],
    ["?", { shiftKey: true }, "list"],
    ["F6", { shiftKey: true }, "region"],
    ["d", {}, null],
  ] as const)("%s with %o is %s", (key, fields, id) => {
    expect(shortcutOf(press(key, fields), true)).toBe(id);
  });

  it("of a single letter does nothing when those are off; the others do", () => {
    const working = SHORTCUTS.filter(
      (row) => shortcutOf(press(row.key, { ctrlKey: row.command, shiftKey: row.shift }), false) === row.id,
    );
    expect(working.map((row) => row.id)).toEqual([
      "microphone-anywhere",
      "camera-anywhere",
      "close",
      "region",
      "leave-anywhere",
    ]);
  });

  it.each([
    ["<input>", "microphone", true],
    ["<textarea></textarea>", "microphone", true],
    ["<select></select>", "microphone", true],
    ["<p contenteditable></p>", "microphone-anywhere", true],
    ["<input type=checkbox>", "microphone", false],
    ["<button></button>", "microphone", false],
    ["<button></button>", "talk", true],
    ["<p></p>", "talk", false],
    ["<div role=menu></div>", "microphone", true],
    ["<input>", "region", false],
  ] as const)("inside %s: %s stays the element's own: %s", (markup, id, kept) => {
    document.body.innerHTML = markup;
    expect(keepsKeys(document.body.firstElementChild, id)).toBe(kept);
    document.body.innerHTML = "";
  });
});

function Keys(props: { session: FakeSession; actions?: ShortcutActions }): ReactElement {
  useShortcuts(props.session, props.actions);
  return (
    <>
      <input aria-label="Chat" />
      <section data-ax-region="" tabIndex={-1} aria-label="Stage" />
      <section data-ax-region="" tabIndex={-1} aria-label="Bar">
        <button type="button">Leave</button>
      </section>
    </>
  );
}

const muted = () => {
  const local = fakeLocal();
  return fakeSession({
    local: { ...local, microphone: { ...local.microphone, wanted: false, status: "off" } },
  });
};

/** As the engine does: what is wanted follows the intent. */
function obey(session: FakeSession): void {
  session.onIntent = async (intent) => {
    if (intent.type !== "set-microphone") return;
    const { local } = session.store.get();
    session.store.patch({
      local: { ...local, microphone: { ...local.microphone, wanted: intent.enabled } },
    });
  };
}

/** A browser that can share a screen, and has devices. */
function withDevices(): EventTarget {
  const devices = Object.assign(new EventTarget(), { getDisplayMedia: () => undefined });
  vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { mediaDevices: devices }));
  return devices;
}

describe("in a call", () => {
  it("keys do what they say", () => {
    withDevices();
    const session = fakeSession();
    const list = vi.fn();
    render(<Keys session={session} actions={{ list }} />);
    for (const key of ["m", "v", "s", "?"]) fireEvent.keyDown(document.body, { key });
    fireEvent.keyDown(document.body, { key: "L", ctrlKey: true, shiftKey: true });
    expect(session.intents).toEqual([
      { type: "set-microphone", enabled: false },
      { type: "set-camera", enabled: true },
      { type: "share-screen", audio: true },
      { type: "leave" },
    ]);
    expect(list).toHaveBeenCalledOnce();
  });

  it("H raises the hand and lowers it, R opens the reactions", () => {
    const session = fakeSession();
    const reactions = vi.fn();
    render(<Keys session={session} actions={{ reactions }} />);
    fireEvent.keyDown(document.body, { key: "h" });
    const raised = fakeParticipant(SELF, { handRaisedAtMs: 1, handOrder: 1 });
    session.store.patch({ participants: [raised] });
    fireEvent.keyDown(document.body, { key: "h" });
    expect(session.intents).toEqual([
      { type: "raise-hand", raised: true },
      { type: "raise-hand", raised: false },
    ]);
    fireEvent.keyDown(document.body, { key: "r" });
    expect(reactions).toHaveBeenCalledOnce();
    session.store.patch({ phase: "ringing" });
    fireEvent.keyDown(document.body, { key: "r" });
    session.store.patch({ phase: "active", capabilities: new Set() });
    fireEvent.keyDown(document.body, { key: "r" });
    fireEvent.keyDown(document.body, { key: "h" });
    expect(reactions).toHaveBeenCalledOnce();
    expect(session.intents).toHaveLength(2);
  });

  it("a key that is held does it once", () => {
    const session = fakeSession();
    render(<Keys session={session} />);
    fireEvent.keyDown(document.body, { key: "v" });
    fireEvent.keyDown(document.body, { key: "v", repeat: true });
    expect(session.intents).toHaveLength(1);
  });

  it("typing in a field does nothing to the call", () => {
    const session = fakeSession();
    render(<Keys session={session} />);
    fireEvent.keyDown(screen.getByLabelText("Chat"), { key: "m" });
    expect(session.intents).toEqual([]);
  });

  it("no screen is shared by key where the call, or the browser, does not allow it", () => {
    withDevices();
    const session = fakeSession({ capabilities: new Set() });
    render(<Keys session={session} />);
    fireEvent.keyDown(document.body, { key: "s" });
    vi.unstubAllGlobals();
    session.store.patch({ capabilities: new Set(["screen"]) });
    fireEvent.keyDown(document.body, { key: "s" });
    expect(session.intents).toEqual([]);
  });

  it("no screen is shared by key where sharing is off, and no single key works where those are off", () => {
    withDevices();
    const session = fakeSession();
    const features = { screenShare: false } as const;
    const view = render(
      <CallOptionsScope.Provider value={{ features }}>
        <Keys session={session} />
      </CallOptionsScope.Provider>,
    );
    fireEvent.keyDown(document.body, { key: "s" });
    view.rerender(
      <CallOptionsScope.Provider value={{ features: { singleKeys: false } }}>
        <Keys session={session} />
      </CallOptionsScope.Provider>,
    );
    fireEvent.keyDown(document.body, { key: "m" });
    expect(session.intents).toEqual([]);
  });

  it("F6 goes round the regions, with Shift backwards", () => {
    render(<Keys session={fakeSession()} />);
    const focused = () => document.activeElement?.getAttribute("aria-label");
    fireEvent.keyDown(document.body, { key: "F6" });
    expect(focused()).toBe("Stage");
    fireEvent.keyDown(document.body, { key: "F6" });
    expect(focused()).toBe("Bar");
    fireEvent.keyDown(document.body, { key: "F6" });
    expect(focused()).toBe("Stage");
    fireEvent.keyDown(document.body, { key: "F6", shiftKey: true });
    expect(focused()).toBe("Bar");
  });
});

describe("holding the space bar", () => {
  it("talks until it is let go", () => {
    const session = muted();
    obey(session);
    render(<Keys session={session} />);
    fireEvent.keyDown(document.body, { key: " " });
    fireEvent.keyDown(document.body, { key: " ", repeat: true });
    fireEvent.keyUp(document.body, { key: " " });
    fireEvent.keyUp(document.body, { key: " " });
    expect(session.intents).toEqual([
      { type: "set-microphone", enabled: true },
      { type: "set-microphone", enabled: false },
    ]);
  });

  it("does nothing to a microphone that is on", () => {
    const session = fakeSession();
    render(<Keys session={session} />);
    fireEvent.keyDown(document.body, { key: " " });
    fireEvent.keyUp(document.body, { key: " " });
    expect(session.intents).toEqual([]);
  });

  it.each([
    ["the window loses the focus", () => window.dispatchEvent(new Event("blur"))],
    ["the page is hidden", () => document.dispatchEvent(new Event("visibilitychange"))],
    ["the page goes away", () => window.dispatchEvent(new Event("pagehide"))],
    ["a device comes or goes", () => navigator.mediaDevices.dispatchEvent(new Event("devicechange"))],
    ["the call's screen goes", () => cleanup()],
  ])("ends when %s", (_, happen) => {
    withDevices();
    const session = muted();
    obey(session);
    render(<Keys session={session} />);
    fireEvent.keyDown(document.body, { key: " " });
    act(() => void happen());
    expect(session.intents.at(-1)).toEqual({ type: "set-microphone", enabled: false });
    expect(session.store.get().local.microphone.wanted).toBe(false);
  });
});
