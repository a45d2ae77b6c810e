// @vitest-environment jsdom
// Hooks: what renders again, which tab rings, and that a lease survives StrictMode.

import { act, cleanup, render, screen } from "@testing-library/react";
import { StrictMode, useEffect } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { fakeParticipant, fakeSession, PEOPLE, SELF } from "../../gallery/fakes.js";
import { useParticipants } from "../../src/hooks/useParticipants.js";
import { useRingLeader } from "../../src/hooks/useRingLeader.js";
import { useTile } from "../../src/hooks/useTile.js";
import { createLease, type Lease } from "../../src/provider/lease.js";
import { type ToneKind, tonePeriod, toneSamples } from "../../src/sound/tones.js";
import { SessionProvider } from "../../src/store/index.js";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Name({ userId, onRender }: { userId: string; onRender: (name: string) => void }) {
  const name = useTile(userId, (participant) => participant.userName);
  onRender(name ?? "nobody");
  return <p>{name}</p>;
}

function Others({ onRender }: { onRender: (list: unknown) => void }) {
  onRender(useParticipants((participant) => !participant.isSelf));
  return null;
}

function Tab({ name, scope }: { name: string; scope?: string }) {
  const leads = useRingLeader(scope);
  return (
    <p>
      {name} {leads ? "leads" : "waits"}
    </p>
  );
}

function Holder({ lease }: { lease: Lease<unknown> }) {
  useEffect(() => {
    lease.acquire();
    return lease.release;
  }, [lease]);
  return null;
}

describe("useTile", () => {
  it("renders only the one whose thing changed", () => {
    const rendered: string[] = [];
    const onRender = (name: string): void => void rendered.push(name);
    const session = fakeSession();
    render(
      <SessionProvider session={session}>
        <Name userId={SELF.userId} onRender={onRender} />
        <Name userId={PEOPLE.bob.userId} onRender={onRender} />
        <Name userId={PEOPLE.cid.userId} onRender={onRender} />
      </SessionProvider>,
    );
    expect(rendered.splice(0)).toEqual(["Ann Taylor", "Bob Okafor", "nobody"]);
    const [self] = session.store.get().participants;
    if (self === undefined) throw new Error("Nobody is there.");
    const off = { audioEnabled: false, videoEnabled: false, screenSharing: false };
    act(() =>
      session.store.patch({ participants: [self, fakeParticipant(PEOPLE.bob, { mediaState: off })] }),
    );
    expect(rendered.splice(0)).toEqual([]);
    act(() =>
      session.store.patch({ participants: [self, fakeParticipant({ ...PEOPLE.bob, userName: "Robert" })] }),
    );
    expect(rendered).toEqual(["Robert"]);
  });
});

describe("useParticipants", () => {
  it("gives the same list until somebody in it changed", () => {
    const lists: unknown[] = [];
    const session = fakeSession();
    render(
      <SessionProvider session={session}>
        <Others onRender={(list) => lists.push(list)} />
      </SessionProvider>,
    );
    const [self, bob] = session.store.get().participants;
    if (self === undefined || bob === undefined) throw new Error("Nobody is there.");
    act(() => session.store.patch({ participants: [{ ...self, userName: "Annie" }, bob] }));
    expect(lists).toHaveLength(1);
  });
});

/** Locks as in one browser: one holder at a time, in the order of the requests. */
function fakeLocks() {
  const queues = new Map<string, Promise<unknown>>();
  return {
    request(name: string, options: { signal: AbortSignal }, hold: () => unknown): Promise<unknown> {
      const turn = (queues.get(name) ?? Promise.resolve()).then(() => {
        if (options.signal.aborted) return Promise.reject(new DOMException("aborted", "AbortError"));
        return hold();
      });
      queues.set(
        name,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
}

describe("the tab that rings", () => {
  const settle = () => act(async () => undefined);

  it("is one of several, and the next takes over when it goes", async () => {
    vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { locks: fakeLocks() }));
    const view = render(<Tab key="1" name="first" />);
    await settle();
    view.rerender([<Tab key="1" name="first" />, <Tab key="2" name="second" />]);
    await settle();
    expect(screen.getByText("first leads")).toBeTruthy();
    expect(screen.getByText("second waits")).toBeTruthy();
    view.rerender([<Tab key="2" name="second" />]);
    await settle();
    expect(screen.getByText("second leads")).toBeTruthy();
  });

  it("is still found under StrictMode, and for each scope by itself", async () => {
    vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { locks: fakeLocks() }));
    render(
      <StrictMode>
        <Tab name="first" scope="ann" />
        <Tab name="second" scope="bob" />
      </StrictMode>,
    );
    await settle();
    expect(screen.getByText("first leads")).toBeTruthy();
    expect(screen.getByText("second leads")).toBeTruthy();
  });

  it("is every tab where there are no locks", () => {
    vi.stubGlobal("navigator", Object.assign(Object.create(navigator), { locks: undefined }));
    render(<Tab name="only" />);
    expect(screen.getByText("only leads")).toBeTruthy();
  });
});

describe("a lease", () => {
  it("makes one thing under StrictMode and ends it once", async () => {
    const events: string[] = [];
    const lease = createLease(
      () => events.push("made"),
      () => events.push("ended"),
    );
    const view = render(
      <StrictMode>
        <Holder lease={lease} />
      </StrictMode>,
    );
    await act(async () => undefined);
    expect(events).toEqual(["made"]);
    view.unmount();
    await act(async () => undefined);
    expect(events).toEqual(["made", "ended"]);
  });
});

describe.each<ToneKind>(["incoming", "soft", "outgoing", "test"])("the tone %s", (kind) => {
  const rate = 8000;
  const samples = toneSamples(kind, rate);

  it("is heard, does not clip, and loops without a click", () => {
    expect(samples.length).toBe(Math.round(tonePeriod(kind) * rate));
    const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(loudest).toBeGreaterThan(0.05);
    expect(loudest).toBeLessThan(1);
    expect(Math.abs(samples[0] ?? 1)).toBeLessThan(0.001);
    expect(Math.abs(samples.at(-1) ?? 1)).toBeLessThan(0.01);
  });
});

it("the soft tone is much quieter than the one of a first call", () => {
  const energy = (kind: ToneKind) =>
    toneSamples(kind, 8000).reduce((sum, sample) => sum + sample * sample, 0);
  expect(energy("soft")).toBeLessThan(energy("incoming") / 20);
});
