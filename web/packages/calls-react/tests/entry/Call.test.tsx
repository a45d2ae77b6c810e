// @vitest-environment jsdom
// `<Call>`: the founding props, one call per instance, leaving, and what the host is told.

import type { CallClientOptions, CallSocket } from "@aethex/calls-client";
import { act, cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { StrictMode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type FakeClient, fakeClient, fakeSession, PEOPLE } from "../../gallery/fakes.js";
import { Call, type CallProps } from "../../src/Call.js";
import DefaultCall from "../../src/index.js";
import type { CallEnd } from "../../src/words/callEnd.js";

// Finding elements by role is slow in jsdom, several times so on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

afterEach(cleanup);

const CONVERSATION = "0190f000-0000-7000-8000-00000000c0de";

function fakeSocket(): CallSocket {
  const socket: CallSocket = {
    connected: true,
    on: () => socket,
    off: () => socket,
    emit: () => socket,
    timeout: () => ({ emit: () => socket }),
  };
  return socket;
}

function setUp(props: Partial<CallProps> = {}, client: FakeClient = fakeClient()) {
  const made: CallClientOptions[] = [];
  const ends: CallEnd[] = [];
  const element = (
    <Call
      socket={fakeSocket()}
      conversationId={CONVERSATION}
      participants={[PEOPLE.bob]}
      onCallEnd={(end) => ends.push(end)}
      createClient={(options) => {
        made.push(options);
        return client;
      }}
      {...props}
    />
  );
  return { client, made, ends, element };
}

const settle = () => act(async () => undefined);

async function endWith(
  client: FakeClient,
  reason: string,
  fields: { endedBy?: string; seconds?: number } = {},
) {
  await act(async () => {
    client.session.get().current?.store.patch({
      phase: "ended",
      callId: "call-1",
      ended: {
        reason,
        endedBy: fields.endedBy ?? null,
        durationSeconds: fields.seconds ?? 0,
        error: null,
        joinable: false,
      },
    });
  });
}

describe("<Call>", () => {
  it("starts a video call with the participants when it is mounted with the founding props", async () => {
    const { client, made, element } = setUp();
    render(element);
    await settle();
    expect(made).toHaveLength(1);
    expect(Object.keys(made[0] ?? {})).toEqual(["socket"]);
    expect(client.calls.started).toMatchObject([
      { conversationId: CONVERSATION, type: "video", participantIds: [PEOPLE.bob.userId] },
    ]);
    expect(screen.getByRole("heading", { name: "Bob Okafor" })).toBeTruthy();
  });

  it("is the default export of the package, as the founding sample imports it", () => {
    expect(DefaultCall).toBe(Call);
  });

  it("makes one client and starts one call under StrictMode", async () => {
    const { client, made, element } = setUp();
    render(<StrictMode>{element}</StrictMode>);
    await settle();
    expect(made).toHaveLength(1);
    expect(client.calls.started).toHaveLength(1);
    expect(client.calls.disposed).toBe(0);
  });

  it("uses a new idempotency key for each instance", async () => {
    const one = setUp();
    const two = setUp();
    render(
      <>
        {one.element}
        {two.element}
      </>,
    );
    await settle();
    const keys = [...one.client.calls.started, ...two.client.calls.started].map(
      (start) => start.idempotencyKey,
    );
    expect(new Set(keys).size).toBe(2);
    expect(keys).not.toContain(undefined);
  });

  it("calls everybody else in the conversation when no participants are named", async () => {
    const { client, element } = setUp({ participants: [] });
    render(element);
    await settle();
    expect(client.calls.started[0]).not.toHaveProperty("participantIds");
  });

  it("answers instead of starting when it is given a call", async () => {
    const { client, element } = setUp({ callId: "call-9", type: "audio" });
    render(element);
    await settle();
    expect(client.calls.started).toEqual([]);
    expect(client.calls.answered).toEqual([{ callId: "call-9", video: false }]);
  });

  it("goes on with the call of before a reload when it is of the same conversation", async () => {
    const client = fakeClient();
    client.resumed = fakeSession({ phase: "ringing", conversationId: CONVERSATION });
    const { element } = setUp({}, client);
    render(element);
    await settle();
    expect(client.calls.started).toEqual([]);
    expect(screen.getAllByText("Ringing…")).not.toEqual([]);
  });

  it("leaves another call of before a reload, and then starts", async () => {
    const client = fakeClient();
    const other = fakeSession({ phase: "ringing", conversationId: "another" });
    client.resumed = other;
    const { element } = setUp({}, client);
    render(element);
    await settle();
    expect(other.intents).toEqual([{ type: "leave" }]);
    expect(client.calls.started).toHaveLength(1);
  });

  it("leaves the call and lets go of the client when it is unmounted", async () => {
    const { client, element } = setUp();
    const view = render(<StrictMode>{element}</StrictMode>);
    await settle();
    const session = client.session.get().current;
    view.unmount();
    await settle();
    expect(session?.intents).toEqual([{ type: "leave" }]);
    expect(client.calls.disposed).toBe(1);
  });

  it("does not leave a call that is over when it is unmounted", async () => {
    const { client, element } = setUp();
    const view = render(element);
    await settle();
    await endWith(client, "ended-by-user");
    const session = client.session.get().current;
    view.unmount();
    await settle();
    expect(session?.intents).toEqual([]);
    expect(client.calls.disposed).toBe(1);
  });

  it("asks for a token through the newest getToken", async () => {
    const first = setUp({ getToken: () => "old" });
    const view = render(first.element);
    await settle();
    view.rerender(<Call {...first.element.props} getToken={() => "new"} />);
    await settle();
    expect(await first.made[0]?.getToken?.()).toBe("new");
    expect(first.made).toHaveLength(1);
  });

  it("tells the host at once, and once, when somebody hung up", async () => {
    const { client, ends, element } = setUp();
    render(<StrictMode>{element}</StrictMode>);
    await settle();
    await endWith(client, "ended-by-user", { endedBy: PEOPLE.bob.userId, seconds: 120 });
    const end = {
      callId: "call-1",
      reason: "ended-by-user",
      endedBy: PEOPLE.bob.userId,
      duration: 120,
      status: "ended",
    };
    expect(ends).toEqual([end]);
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(ends).toEqual([end]);
  });

  it("shows why nobody answered before it tells the host", async () => {
    const { client, ends, element } = setUp();
    render(element);
    await settle();
    await endWith(client, "timeout");
    expect(screen.getByRole("heading", { name: "No answer" })).toBeTruthy();
    expect(ends).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(ends).toEqual([
      { callId: "call-1", reason: "timeout", endedBy: null, duration: 0, status: "missed" },
    ]);
    expect(screen.queryByRole("heading", { name: "No answer" })).toBeNull();
  });

  it("tells the host at once, however it ended, without the screen after a call", async () => {
    const { client, ends, element } = setUp({ features: { endedScreen: false } });
    render(element);
    await settle();
    await endWith(client, "timeout");
    expect(ends).toHaveLength(1);
  });

  it("calls again with a new key, and tells the host about that call too", async () => {
    const { client, ends, element } = setUp();
    render(element);
    await settle();
    await endWith(client, "timeout");
    await userEvent.click(screen.getByRole("button", { name: "Call again" }));
    expect(client.calls.started).toHaveLength(2);
    expect(client.calls.started[0]?.idempotencyKey).not.toBe(client.calls.started[1]?.idempotencyKey);
    await endWith(client, "ended-by-user", { seconds: 3 });
    expect(ends.map((end) => end.reason)).toEqual(["ended-by-user"]);
  });

  it("shows its words in the language it is given, right to left", async () => {
    const { client, element } = setUp({ locale: "ar" });
    const { container } = render(element);
    await settle();
    await endWith(client, "busy");
    expect(container.querySelector(".ax")?.getAttribute("dir")).toBe("rtl");
    expect(screen.getByRole("heading", { name: "مشغول" })).toBeTruthy();
  });

  it("reports a client that cannot let go instead of hiding it", async () => {
    const client = fakeClient();
    client.dispose = () => {
      throw new Error("stuck");
    };
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const view = render(setUp({}, client).element);
    await settle();
    view.unmount();
    await vi.waitFor(() => expect(reported).toHaveBeenCalledOnce());
    vi.unstubAllGlobals();
  });
});
