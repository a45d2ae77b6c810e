// @vitest-environment jsdom
// Before a call: the permission is explained first, devices are chosen, and nothing keeps anybody out.

import { CallError } from "@aethex/calls-client";
import { act, cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { StrictMode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type FakeClient, fakeClient, fakeLocal } from "../../gallery/fakes.js";
import { type JoinChoice, PreJoin, type PreJoinProps } from "../../src/entry/PreJoin.js";
import { SpeakerTest } from "../../src/entry/SpeakerTest.js";
import { CallProvider } from "../../src/provider/CallProvider.js";

// Finding elements by role is slow in jsdom, several times so on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(navigator, "permissions");
});

/** The browser's answers to what it is asked about permissions. */
function allow(state: PermissionState): void {
  const permissions = { query: async () => Object.assign(new EventTarget(), { state }) };
  Object.defineProperty(navigator, "permissions", { value: permissions, configurable: true });
}

function followCalls(client: FakeClient): string[] {
  const calls: string[] = [];
  const { setMicrophone, setCamera, stop } = client.preview;
  client.preview.setMicrophone = async (on) => {
    calls.push(`microphone ${on}`);
    await setMicrophone(on);
  };
  client.preview.setCamera = async (on) => {
    calls.push(`camera ${on}`);
    await setCamera(on);
  };
  client.preview.stop = () => {
    calls.push("stop");
    stop();
  };
  return calls;
}

async function show(client: FakeClient, props: Partial<PreJoinProps> = {}) {
  const joined: JoinChoice[] = [];
  const view = render(
    <StrictMode>
      <CallProvider client={client}>
        <PreJoin onJoin={(choice) => joined.push(choice)} {...props} />
      </CallProvider>
    </StrictMode>,
  );
  await act(async () => undefined);
  return { joined, view };
}

describe("before a call", () => {
  it("the browser is not asked before the person has read why", async () => {
    allow("prompt");
    const client = fakeClient();
    const calls = followCalls(client);
    await show(client);
    expect(calls.filter((call) => call !== "stop")).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Use microphone and camera" }));
    expect(calls.slice(-2)).toEqual(["microphone true", "camera true"]);
  });

  it("an audio call asks for the microphone alone", async () => {
    allow("prompt");
    const client = fakeClient();
    const calls = followCalls(client);
    await show(client, { type: "audio" });
    await userEvent.click(screen.getByRole("button", { name: "Use microphone" }));
    expect(calls.slice(-1)).toEqual(["microphone true"]);
    expect(screen.queryByRole("combobox", { name: "Camera" })).toBeNull();
  });

  it("the preview starts by itself where it was allowed before, and stops with the screen", async () => {
    allow("granted");
    const client = fakeClient();
    const calls = followCalls(client);
    const { view } = await show(client);
    expect(calls.slice(-2)).toEqual(["microphone true", "camera true"]);
    view.unmount();
    expect(calls.at(-1)).toBe("stop");
  });

  it("one joins with what is switched on, and the name without blanks around it", async () => {
    allow("granted");
    const client = fakeClient();
    const { joined } = await show(client, { name: " Ann " });
    await userEvent.click(screen.getByRole("button", { name: "Turn camera off" }));
    await userEvent.click(screen.getByRole("button", { name: "Join" }));
    expect(joined).toEqual([{ audio: true, video: false, name: "Ann" }]);
  });

  it("one joins without devices while nothing is allowed", async () => {
    allow("denied");
    const { joined } = await show(fakeClient());
    await userEvent.click(screen.getByRole("button", { name: "Join without devices" }));
    expect(joined).toEqual([{ audio: false, video: false, name: "" }]);
  });

  it("devices are listed by name, by number while names are hidden, and can be chosen", async () => {
    allow("granted");
    const client = fakeClient();
    const devices = [
      { deviceId: "default", kind: "audioinput", label: "Default" },
      { deviceId: "a", kind: "audioinput", label: "Studio microphone" },
      { deviceId: "b", kind: "audioinput", label: "" },
    ] as const;
    client.preview.store.set(fakeLocal({ devices }));
    await show(client);
    const list = screen.getByRole("combobox", { name: "Microphone" });
    expect([...list.querySelectorAll("option")].map((option) => option.textContent)).toEqual([
      "System default",
      "Studio microphone",
      "Device 2",
    ]);
    await userEvent.selectOptions(list, "b");
    expect(client.preview.store.get().microphone.deviceId).toBe("b");
    await userEvent.selectOptions(list, "System default");
    expect(client.preview.store.get().microphone.deviceId).toBeNull();
    expect(screen.getByRole<HTMLSelectElement>("combobox", { name: "Camera" }).disabled).toBe(true);
  });

  it("a blocked microphone is worded, with the way to allow it", async () => {
    allow("denied");
    const client = fakeClient();
    const error = new CallError("PermissionDenied", "x", { device: "microphone" });
    const microphone = { ...fakeLocal().microphone, wanted: true, status: "failed", error } as const;
    client.preview.store.set(fakeLocal({ microphone }));
    await show(client);
    await userEvent.click(screen.getByRole("button", { name: "How to allow it" }));
    expect(screen.getByRole("dialog", { name: "Allow the microphone" })).toBeTruthy();
  });
});

describe("the test of a speaker", () => {
  it("plays on the chosen speaker, once at a time", async () => {
    const played: (string | null)[] = [];
    let finish = (): void => undefined;
    const play = ({ speakerId }: { speakerId: string | null }): Promise<void> => {
      played.push(speakerId);
      return new Promise((resolve) => {
        finish = resolve;
      });
    };
    render(<SpeakerTest speakerId="spk-1" play={play} />);
    await userEvent.click(screen.getByRole("button", { name: "Play a test sound" }));
    await userEvent.click(screen.getByRole("button", { name: "Playing…" }));
    expect(played).toEqual(["spk-1"]);
    await act(async () => finish());
    expect(screen.getByRole("button", { name: "Play a test sound" })).toBeTruthy();
  });

  it("says so when the speaker is gone", async () => {
    render(<SpeakerTest speakerId="gone" play={() => Promise.reject(new Error("NotFoundError"))} />);
    await userEvent.click(screen.getByRole("button"));
    expect(screen.getByRole("status").textContent).toContain("could not be played");
  });
});
