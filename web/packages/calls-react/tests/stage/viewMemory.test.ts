// What a device keeps of how somebody looked at a call.

import { describe, expect, it } from "vitest";
import { createCallView } from "../../src/stage/callView.js";
import { createViewMemory, type ViewStorage } from "../../src/stage/viewMemory.js";

/** A storage that holds one text under whatever name. */
function storageWith(text: string | null = null): ViewStorage & { text: string | null } {
  return {
    text,
    getItem() {
      return this.text;
    },
    setItem(_key, value) {
      this.text = value;
    },
  };
}

/** A page that may not store anything. */
const forbidden: ViewStorage = {
  getItem: () => {
    throw new DOMException("no", "SecurityError");
  },
  setItem: () => {
    throw new DOMException("no", "QuotaExceededError");
  },
};

const chosen = (storage: ViewStorage | null) => {
  const { layout, selfView, corner } = createCallView({ memory: createViewMemory(storage) }).store.get();
  return { layout, selfView, corner };
};

const USUAL = { layout: "auto", selfView: "grid", corner: "bottom-end" };

describe("the next call", () => {
  it("begins as the last one was left", () => {
    const storage = storageWith();
    expect(chosen(storage)).toEqual(USUAL);
    const view = createCallView({ memory: createViewMemory(storage) });
    view.setLayout("speaker");
    view.setSelfView("floating");
    view.setCorner("top-start");
    view.togglePin("bob");
    expect(chosen(storage)).toEqual({ layout: "speaker", selfView: "floating", corner: "top-start" });
    view.cycleLayout();
    expect(chosen(storage).layout).toBe("stage");
    expect(createCallView({ memory: createViewMemory(storage) }).store.get().pins).toEqual([]);
  });

  it("begins with pictures though the last one went on without", () => {
    const storage = storageWith();
    const view = createCallView({ memory: createViewMemory(storage) });
    view.setLayout("grid");
    view.setLayout("audio-only");
    expect(view.store.get().layout).toBe("audio-only");
    expect(chosen(storage).layout).toBe("grid");
  });

  it("begins as the page that holds it says, when it does", () => {
    const memory = createViewMemory(storageWith('{"layout":"speaker","selfView":"hidden"}'));
    const { layout, selfView } = createCallView({ layout: "grid", memory }).store.get();
    expect([layout, selfView]).toEqual(["grid", "hidden"]);
  });

  it("has what two tabs chose", () => {
    const storage = storageWith();
    const [one, other] = [storage, storage].map((each) => createCallView({ memory: createViewMemory(each) }));
    one?.setLayout("grid");
    other?.setSelfView("hidden");
    expect(chosen(storage)).toMatchObject({ layout: "grid", selfView: "hidden" });
  });
});

describe("a storage", () => {
  it.each([
    null,
    "",
    "{",
    "null",
    "[]",
    "7",
    '{"layout":"disco","selfView":7,"corner":null}',
    '{"layout":"audio-only"}',
  ])("that holds %j says nothing", (text) => {
    expect(chosen(storageWith(text))).toEqual(USUAL);
  });

  it("with one bad field keeps the others", () => {
    expect(chosen(storageWith('{"layout":"disco","corner":"top-end"}'))).toEqual({
      ...USUAL,
      corner: "top-end",
    });
  });

  it.each([
    ["is forbidden or full", forbidden],
    ["is not there", null],
  ])("that %s loses choices with the call, and nothing else", (_, storage) => {
    const view = createCallView({ memory: createViewMemory(storage) });
    view.setLayout("grid");
    view.setSelfView("hidden");
    expect(view.store.get()).toMatchObject({ layout: "grid", selfView: "hidden" });
    expect(chosen(storage)).toEqual(USUAL);
  });
});
