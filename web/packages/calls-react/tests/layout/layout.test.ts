// The layout: what holds for any tiles in any container, and what each mode means.

import { describe, expect, it } from "vitest";
import { type Layout, type LayoutInput, type LayoutTile, layout, type Rect } from "../../src/layout/index.js";
import { seeded } from "./seeded.js";

const person = (id: string, self = false): LayoutTile => ({ id, kind: "person", self });
const screen = (id: string): LayoutTile => ({ id, kind: "screen", self: false });
const people = (count: number): readonly LayoutTile[] =>
  Array.from({ length: count }, (_, index) => person(`p${index}`, index === 0));
const DESKTOP = { width: 1256, height: 620 } as const;
const PHONE = { width: 366, height: 640 } as const;

function laid(input: Partial<LayoutInput>): Layout {
  return layout({ tiles: [], container: DESKTOP, mode: "auto", pins: [], speaker: null, page: 0, ...input });
}

function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

const isPhone = ({ width, height }: { width: number; height: number }): boolean =>
  width < 600 && height > width;

/** 500 inputs of all kinds. */
function* inputs(): Generator<LayoutInput & { readonly seed: number }> {
  for (let seed = 1; seed <= 500; seed += 1) {
    const random = seeded(seed);
    const whole = (below: number): number => Math.floor(random() * below);
    const tiles = [...people(1 + whole(20)), ...Array.from({ length: whole(3) }, (_, n) => screen(`s${n}`))];
    yield {
      seed,
      tiles,
      container: { width: 300 + whole(1700), height: 260 + whole(1000) },
      mode: (["auto", "grid", "speaker", "stage", "audio-only"] as const)[whole(5)] ?? "auto",
      selfFloats: random() < 0.3,
      pins: tiles.filter(() => random() < 0.1).map((tile) => tile.id),
      speaker: random() < 0.3 ? null : (tiles[whole(tiles.length)]?.id ?? null),
      page: whole(4),
    };
  }
}

describe("any layout", () => {
  it("places no tile outside of the container", () => {
    for (const input of inputs()) {
      for (const { id, rect } of layout(input).placements) {
        const inside =
          rect.x >= 0 &&
          rect.y >= 0 &&
          rect.x + rect.width <= input.container.width &&
          rect.y + rect.height <= input.container.height;
        expect(inside, `seed ${input.seed}, tile ${id}, ${JSON.stringify(rect)}`).toBe(true);
      }
    }
  });

  it("lets no two tiles overlap, but for the floating self view", () => {
    for (const input of inputs()) {
      const fixed = layout(input).placements.filter((placement) => placement.role !== "float");
      for (const [index, a] of fixed.entries()) {
        for (const b of fixed.slice(index + 1)) {
          expect(overlaps(a.rect, b.rect), `seed ${input.seed}: ${a.id} and ${b.id}`).toBe(false);
        }
      }
    }
  });

  it("gives tiles of people the shape 16:9, but where one fills the container", () => {
    for (const input of inputs()) {
      for (const { id, role, rect } of layout(input).placements) {
        if (role === "full" || role === "float" || (role === "main" && id.startsWith("s"))) continue;
        if ((role === "grid" || role === "main") && isPhone(input.container)) continue;
        expect(Math.abs(rect.width - (rect.height * 16) / 9), `seed ${input.seed}, ${id}`).toBeLessThan(2);
      }
    }
  });

  it("lets tiles grow tall on phones, within limits", () => {
    for (const input of inputs()) {
      const { width, height } = input.container;
      if (!isPhone({ width, height })) continue;
      for (const { id, role, rect } of layout(input).placements) {
        if ((role !== "grid" && role !== "main") || id.startsWith("s")) continue;
        expect(rect.width / rect.height, `seed ${input.seed}, ${id}`).toBeGreaterThan(0.78);
        expect(rect.width - (rect.height * 16) / 9, `seed ${input.seed}, ${id}`).toBeLessThan(2);
      }
    }
  });

  it("places every tile on exactly one page, but for large and floating ones, which are on all", () => {
    for (const input of inputs()) {
      const { pages } = layout(input);
      const seen = new Map<string, number>();
      for (let page = 0; page < pages; page += 1) {
        for (const { id, role } of layout({ ...input, page }).placements) {
          if ((role !== "main" && role !== "float") || page === 0) seen.set(id, (seen.get(id) ?? 0) + 1);
        }
      }
      expect(seen.size, `seed ${input.seed}`).toBe(input.tiles.length);
      expect(
        [...seen.values()].every((times) => times === 1),
        `seed ${input.seed}`,
      ).toBe(true);
    }
  });

  it("keeps the order of the tiles within a grid", () => {
    for (const input of inputs()) {
      const { placements, kind } = layout({ ...input, mode: "grid", pins: [], selfFloats: false });
      if (kind !== "grid") continue;
      const order = input.tiles.map((tile) => tile.id);
      const places = placements.map((placement) => order.indexOf(placement.id));
      expect(places, `seed ${input.seed}`).toEqual([...places].sort((a, b) => a - b));
      for (const [index, { rect }] of placements.entries()) {
        const next = placements[index + 1]?.rect;
        if (next === undefined) continue;
        expect(next.y > rect.y || (next.y === rect.y && next.x > rect.x), `seed ${input.seed}`).toBe(true);
      }
    }
  });
});

describe("the automatic layout", () => {
  it("shows the other person of two in full, with the self view floating", () => {
    const { kind, placements } = laid({ tiles: people(2) });
    expect(kind).toBe("one-to-one");
    expect(placements.map(({ id, role }) => [id, role])).toEqual([
      ["p1", "full"],
      ["p0", "float"],
    ]);
    expect(placements[0]?.rect).toEqual({ x: 0, y: 0, ...DESKTOP });
  });

  it("makes the self view tall on a phone", () => {
    const float = laid({ tiles: people(2), container: PHONE }).placements[1]?.rect;
    expect(float?.height ?? 0).toBeGreaterThan(float?.width ?? 0);
  });

  it("shows oneself in full when alone", () => {
    expect(laid({ tiles: people(1) }).placements.map(({ id, role }) => [id, role])).toEqual([["p0", "full"]]);
  });

  it("shows three and more in a grid", () => {
    expect(laid({ tiles: people(3) }).kind).toBe("grid");
  });

  it("puts a shared screen on the stage and everybody else in the strip", () => {
    const { kind, placements } = laid({ tiles: [...people(3), screen("s")] });
    expect(kind).toBe("focus");
    expect(placements.filter(({ role }) => role === "main").map(({ id }) => id)).toEqual(["s"]);
    expect(placements.filter(({ role }) => role === "strip")).toHaveLength(3);
  });

  it("puts all pinned tiles on the stage", () => {
    const { placements } = laid({ tiles: people(4), pins: ["p1", "p3", "gone"] });
    expect(placements.filter(({ role }) => role === "main").map(({ id }) => id)).toEqual(["p1", "p3"]);
  });
});

describe("the self view", () => {
  it("floats over any layout when wished, and gives its place to the others", () => {
    const { kind, placements } = laid({ tiles: people(4), mode: "grid", selfFloats: true });
    expect(kind).toBe("grid");
    expect(placements.map(({ id, role }) => [id, role])).toEqual([
      ["p1", "grid"],
      ["p2", "grid"],
      ["p3", "grid"],
      ["p0", "float"],
    ]);
  });

  it("does not float while it is pinned, nor when nobody else is there", () => {
    const pinned = laid({ tiles: people(3), selfFloats: true, pins: ["p0"] });
    expect(pinned.placements.find(({ id }) => id === "p0")?.role).toBe("main");
    expect(laid({ tiles: people(1), selfFloats: true }).placements[0]?.role).toBe("full");
  });
});

describe("two shared screens", () => {
  it("stand side by side on the stage", () => {
    const { placements } = laid({ tiles: [...people(3), screen("s"), screen("t")] });
    const mains = placements.filter(({ role }) => role === "main");
    expect(mains.map(({ id }) => id)).toEqual(["s", "t"]);
    expect(mains[0]?.rect.width).toBe(mains[1]?.rect.width);
  });
});

describe("pages", () => {
  it("hold nine on a desktop, six on a phone, and more without pictures", () => {
    const on = (container: { width: number; height: number }, mode: LayoutInput["mode"]) =>
      laid({ tiles: people(20), mode, container });
    expect(on(DESKTOP, "grid")).toMatchObject({ pages: 3, placements: { length: 9 } });
    expect(on(PHONE, "grid")).toMatchObject({ pages: 4, placements: { length: 6 } });
    expect(on(DESKTOP, "audio-only")).toMatchObject({ pages: 1, placements: { length: 20 } });
  });
});

describe("the other layouts", () => {
  it("grid shows a shared screen like everybody else", () => {
    const { placements } = laid({ tiles: [...people(2), screen("s")], mode: "grid" });
    expect(new Set(placements.map(({ role }) => role))).toEqual(new Set(["grid"]));
  });

  it("speaker shows who speaks large, and the first of the others before anybody spoke", () => {
    const large = (speaker: string | null) =>
      laid({ tiles: people(4), mode: "speaker", speaker }).placements.find(({ role }) => role === "main")?.id;
    expect(large(null)).toBe("p1");
    expect(large("p3")).toBe("p3");
    expect(large("gone")).toBe("p1");
  });

  it("goes to the last page when the wished one is gone", () => {
    expect(laid({ tiles: people(12), mode: "grid", page: 7 })).toMatchObject({ page: 1, pages: 2 });
  });

  it("places nothing before the container has a size", () => {
    expect(laid({ tiles: people(3), container: { width: 0, height: 0 } }).placements).toEqual([]);
  });
});
