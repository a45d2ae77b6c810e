// @vitest-environment jsdom
// "Check my connection": every finding is worded, one line for each step, and nothing runs on behind a closed screen.

import {
  CHECK_STEPS,
  type CheckedStep,
  type CheckReason,
  type CheckStep,
  type ConnectivityState,
} from "@aethex/calls-client";
import { act, cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { StrictMode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type FakeClient, fakeClient, fakeFound } from "../../gallery/fakes.js";
import { CheckConnection } from "../../src/connectivity/CheckConnection.js";
import { PreJoin } from "../../src/entry/PreJoin.js";
import { catalogues, createTranslator, en, type Messages } from "../../src/i18n/index.js";
import { CallProvider } from "../../src/provider/CallProvider.js";
import { stepText, verdictText } from "../../src/words/checkText.js";

vi.setConfig({ testTimeout: 30_000 });
afterEach(cleanup);

const english = createTranslator<Messages>("en", en);
const translators = Object.entries(catalogues).map(
  ([locale, words]) => [locale, createTranslator<Messages>(locale, words)] as const,
);

/** Every finding that a step can have. */
const FINDINGS: readonly (readonly [CheckStep, CheckReason | null])[] = [
  ...CHECK_STEPS.flatMap((step) => [[step, null] as const, [step, "stopped"] as const]),
  ["socket", "unreachable"],
  ["socket", "refused"],
  ["clock", "skewed"],
  ["clock", "no-socket"],
  ...(["microphone", "camera"] as const).flatMap((step) =>
    (["asks-first", "blocked", "unsupported"] as const).map((reason) => [step, reason] as const),
  ),
  ...(["unreachable", "not-configured", "no-socket", "unsupported"] as const).map(
    (reason) => ["stun", reason] as const,
  ),
  ...(["unreachable", "refused", "no-data", "no-credentials", "not-configured", "no-socket"] as const).map(
    (reason) => ["turn-tls", reason] as const,
  ),
];

function step(name: CheckStep, reason: CheckReason | null, fields: Partial<CheckedStep> = {}): CheckedStep {
  return { step: name, status: "ok", reason, tookMs: 42, offsetMs: null, ...fields };
}

describe("the words of a check", () => {
  it.each(translators)("say every finding in one line in %s", (_, words) => {
    for (const [name, reason] of FINDINGS) {
      const text = stepText(step(name, reason, { offsetMs: -65_000 }), words);
      expect(text, `${name} ${reason}`).toMatch(/^[^{}\n]{5,110}$/);
    }
  });

  it("say how long it took, and by how much a clock is wrong", () => {
    expect(stepText(step("socket", null), english)).toBe("Answers within 42 ms.");
    expect(stepText(step("turn-tcp", null, { tookMs: 0 }), english)).toContain("1 ms");
    const skewed = step("clock", "skewed", { offsetMs: -65_000 });
    expect(stepText(skewed, english)).toBe("Wrong by 1 minute 5 seconds. Let your system set it by itself.");
  });

  it("say nothing of what still runs", () => {
    expect(stepText(step("stun", null, { status: "pending" }), english)).toBeNull();
    expect(verdictText({ ...fakeFound({}), running: true }, english)).toBeNull();
  });

  const failed = { status: "failed", reason: "unreachable" } as const;
  const skipped = { status: "skipped", reason: "not-configured" } as const;
  it.each([
    ["check.good", fakeFound({})],
    ["check.good", fakeFound({ "turn-tls": skipped })],
    [
      "check.good",
      fakeFound({ stun: skipped, "turn-udp": skipped, "turn-tcp": skipped, "turn-tls": skipped }),
    ],
    ["check.some", fakeFound({ "turn-udp": failed })],
    ["check.some", fakeFound({ camera: { status: "failed", reason: "blocked" } })],
    ["check.bad", fakeFound({ stun: failed, "turn-udp": failed, "turn-tcp": failed, "turn-tls": skipped })],
    ["check.offline", fakeFound({ socket: failed })],
  ] as const)("come to %s", (key, state: ConnectivityState) => {
    expect(verdictText(state, english)).toBe(en[key]);
  });
});

async function show(client: FakeClient) {
  const view = render(
    <StrictMode>
      <CallProvider client={client}>
        <CheckConnection />
      </CallProvider>
    </StrictMode>,
  );
  await act(async () => undefined);
  return view;
}

describe("the check of a screen", () => {
  it("begins by a click, follows what is found, and can be done again", async () => {
    const client = fakeClient();
    await show(client);
    expect(client.calls.checks).toHaveLength(0);
    expect(screen.queryByRole("list")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Check my connection" }));
    const list = screen.getByRole("list", { name: "What was checked" });
    expect(within(list).getAllByRole("listitem")).toHaveLength(CHECK_STEPS.length);
    const button = screen.getByRole("button", { name: "Checking…" });
    await userEvent.click(button);
    expect(client.calls.checks, "one at a time").toHaveLength(1);
    const [check] = client.calls.checks;
    act(() => check?.store.set(fakeFound({ "turn-udp": { status: "failed", reason: "unreachable" } })));
    expect(screen.getByRole("status").textContent).toBe(en["check.some"]);
    expect(within(list).getByText(en["check.relayUnreachable"])).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Check again" }));
    expect(client.calls.checks).toHaveLength(2);
  });

  it("stops with the screen", async () => {
    const client = fakeClient();
    const view = await show(client);
    await userEvent.click(screen.getByRole("button", { name: "Check my connection" }));
    expect(client.calls.checks[0]?.stopped).toBe(false);
    view.unmount();
    expect(client.calls.checks[0]?.stopped).toBe(true);
  });

  it("is offered before a call, does not join it, and can be left out", async () => {
    const client = fakeClient();
    const joined: unknown[] = [];
    const view = render(
      <CallProvider client={client}>
        <PreJoin onJoin={(choice) => joined.push(choice)} />
      </CallProvider>,
    );
    await userEvent.click(screen.getByRole("button", { name: "Check my connection" }));
    expect([client.calls.checks.length, joined]).toEqual([1, []]);
    view.rerender(
      <CallProvider client={client} features={{ connectionCheck: false }}>
        <PreJoin onJoin={(choice) => joined.push(choice)} />
      </CallProvider>,
    );
    expect(screen.queryByRole("button", { name: /Check/ })).toBeNull();
  });
});

describe("relays only", () => {
  it("is told to the client, and only when the provider has a say", async () => {
    const client = fakeClient();
    const at = (relayOnly?: boolean) => (
      <CallProvider client={client} relayOnly={relayOnly}>
        <p />
      </CallProvider>
    );
    const view = render(at());
    expect(client.calls.policies).toEqual([]);
    view.rerender(at(true));
    view.rerender(at(false));
    expect(client.calls.policies).toEqual(["relay", null]);
  });
});
