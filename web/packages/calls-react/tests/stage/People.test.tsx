// @vitest-environment jsdom
// The list of people, what may be done with them, and inviting more.

import { act, cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeMuted, fakeParticipant, PEOPLE, SELF } from "../../gallery/fakes.js";
import { stubBrowser } from "./browser.js";
import { showCall } from "./showCall.js";

beforeEach(() => {
  stubBrowser();
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const participants = [
  fakeParticipant(SELF),
  fakeParticipant(PEOPLE.bob),
  fakeParticipant(PEOPLE.cid, { status: "rejected", connection: null }),
];
const hosting = new Set(["invite", "mute-others", "remove"] as const);
const panel = () => screen.getByRole("complementary", { name: "People" });

describe("the list of people", () => {
  it("takes the focus, names everybody with their state, and gives the focus back", async () => {
    const { user } = showCall({ participants });
    const opener = screen.getByRole("button", { name: /Show people: 2/ });
    await user.click(opener);
    expect(document.activeElement).toBe(panel());
    expect(within(panel()).getByText("Ann Taylor (you)")).toBeDefined();
    expect(within(panel()).getByText("Declined")).toBeDefined();
    await user.click(within(panel()).getByRole("button", { name: "Hide people" }));
    expect(screen.queryByRole("complementary")).toBeNull();
    expect(document.activeElement).toBe(opener);
  });

  it("lets the host mute, remove and ring again", async () => {
    const { session, user } = showCall({ participants, capabilities: hosting });
    await user.click(screen.getByRole("button", { name: /^Show people/ }));
    const act = async (name: string, item: string | RegExp): Promise<void> => {
      await user.click(within(panel()).getByRole("button", { name: `Actions for ${name}` }));
      await user.click(await screen.findByRole("menuitem", { name: item }));
    };
    await act("Bob Okafor", "Mute Bob Okafor");
    await act("Bob Okafor", "Remove from the call");
    await act("Cid Morales", "Ring again");
    expect(session.intents).toEqual([
      { type: "mute-participant", userId: PEOPLE.bob.userId },
      { type: "remove-participant", userId: PEOPLE.bob.userId },
      { type: "invite", userIds: [PEOPLE.cid.userId] },
    ]);
  });

  it("offers nothing to who may do nothing", async () => {
    const { user } = showCall({ participants, capabilities: new Set() });
    await user.click(screen.getByRole("button", { name: /^Show people/ }));
    expect(within(panel()).queryByRole("button", { name: /Actions for/ })).toBeNull();
  });
});

describe("the volume of a person", () => {
  it("is set for this device alone, by a slider that says how loud", async () => {
    const { session, user } = showCall({ participants });
    await user.click(screen.getByRole("button", { name: /^Show people/ }));
    await user.click(within(panel()).getByRole("button", { name: "Volume of Bob Okafor" }));
    const slider = await screen.findByRole("slider", { name: "Volume of Bob Okafor" });
    expect(slider.getAttribute("aria-valuetext")).toBe("100%");
    fireEvent.change(slider, { target: { value: "40" } });
    expect(session.intents).toEqual([{ type: "set-volume", userId: PEOPLE.bob.userId, volume: 0.4 }]);
    const quieter = fakeParticipant(PEOPLE.bob, { volume: 0.4 });
    act(() => session.store.patch({ participants: [fakeParticipant(SELF), quieter] }));
    expect(within(panel()).getByRole("button", { name: "Volume of Bob Okafor: 40%" })).toBeDefined();
  });

  it("is neither offered for oneself nor for who is not here", async () => {
    const { user } = showCall({ participants });
    await user.click(screen.getByRole("button", { name: /^Show people/ }));
    expect(within(panel()).getAllByRole("button", { name: /Volume of/ })).toHaveLength(1);
  });
});

describe("who is muted", () => {
  const off = { audioEnabled: false, videoEnabled: true, screenSharing: false };
  const muted = [fakeParticipant(SELF), fakeParticipant(PEOPLE.bob, { mediaState: off })];

  it("can be asked to turn the microphone on, and is not unmuted by anybody else", async () => {
    const { session, user } = showCall({ participants: muted, capabilities: hosting });
    await user.click(screen.getByRole("button", { name: /^Show people/ }));
    await user.click(within(panel()).getByRole("button", { name: "Actions for Bob Okafor" }));
    expect(screen.queryByRole("menuitem", { name: "Mute Bob Okafor" })).toBeNull();
    await user.click(await screen.findByRole("menuitem", { name: /Ask to unmute/ }));
    expect(session.intents).toEqual([{ type: "ask-to-unmute", userId: PEOPLE.bob.userId }]);
  });

  it("is told who asks, and turns the microphone on by themselves alone", async () => {
    const notice = { id: "7", kind: "unmute-requested", error: null, userId: PEOPLE.bob.userId } as const;
    const { session, user } = showCall({ notices: [notice], local: fakeMuted() });
    expect(screen.getByText("Bob Okafor asks you to turn your microphone on.")).toBeDefined();
    expect(session.intents, "nothing by itself").toEqual([]);
    await user.click(screen.getAllByRole("button", { name: "Turn microphone on" })[0] ?? document.body);
    expect(session.intents).toEqual([{ type: "set-microphone", enabled: true }]);
  });
});

describe("raised hands", () => {
  const raised = [
    fakeParticipant(SELF, { handRaisedAtMs: 20, handOrder: 2 }),
    fakeParticipant(PEOPLE.bob, { handRaisedAtMs: 30, handOrder: 3 }),
    fakeParticipant(PEOPLE.cid, { handRaisedAtMs: 10, handOrder: 1 }),
    fakeParticipant(PEOPLE.dee, { handRaisedAtMs: 5, status: "left" }),
  ];
  const hands = () =>
    within(screen.getByText(/raised hand/).parentElement ?? document.body).getAllByRole("listitem");

  it("are listed in the order in which they went up", async () => {
    const { user } = showCall({ participants: raised });
    await user.click(screen.getByRole("button", { name: /^Show people/ }));
    expect(within(panel()).getByText("3 raised hands")).toBeDefined();
    expect(hands().map((row) => row.querySelector("bdi")?.textContent)).toEqual([
      "Cid Morales",
      "Ann Taylor (you)",
      "Bob Okafor",
    ]);
  });

  it("are lowered by oneself, and by who may mute others", async () => {
    const { session, user } = showCall({ participants: raised });
    await user.click(screen.getByRole("button", { name: /^Show people/ }));
    expect(within(panel()).queryByRole("button", { name: /Lower Cid/ })).toBeNull();
    act(() => session.store.patch({ capabilities: hosting }));
    await user.click(within(panel()).getByRole("button", { name: "Lower Cid Morales’s hand" }));
    await user.click(within(panel()).getByRole("button", { name: "Lower your hand" }));
    expect(session.intents).toEqual([
      { type: "lower-hand", userId: PEOPLE.cid.userId },
      { type: "raise-hand", raised: false },
    ]);
  });
});

describe("inviting", () => {
  const candidates = Object.values(PEOPLE);

  it("calls those who are chosen, of those who are not here", async () => {
    const { session, user } = showCall({ participants, capabilities: hosting }, { candidates });
    await user.click(screen.getByRole("button", { name: /^Show people/ }));
    await user.click(within(panel()).getByRole("button", { name: "Invite people" }));
    const dialog = await screen.findByRole("dialog", { name: "Invite people" });
    expect(within(dialog).queryByText("Bob Okafor")).toBeNull();
    await user.click(within(dialog).getByRole("checkbox", { name: "Dee Lindqvist" }));
    await user.click(within(dialog).getByRole("checkbox", { name: "Eve Nakamura" }));
    await user.click(within(dialog).getByRole("button", { name: "Call 2 people" }));
    expect(session.intents).toEqual([{ type: "invite", userIds: [PEOPLE.dee.userId, PEOPLE.eve.userId] }]);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("is not offered without candidates", async () => {
    const { user } = showCall({ participants, capabilities: hosting });
    await user.click(screen.getByRole("button", { name: /^Show people/ }));
    expect(within(panel()).queryByRole("button", { name: "Invite people" })).toBeNull();
  });
});
