// @vitest-environment jsdom
// The list of people, what may be done with them, and inviting more.

import { cleanup, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fakeParticipant, PEOPLE, SELF } from "../../gallery/fakes.js";
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
    await user.click(screen.getByRole("button", { name: /Show people/ }));
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
    await user.click(screen.getByRole("button", { name: /Show people/ }));
    expect(within(panel()).queryByRole("button", { name: /Actions for/ })).toBeNull();
  });
});

describe("inviting", () => {
  const candidates = Object.values(PEOPLE);

  it("calls those who are chosen, of those who are not here", async () => {
    const { session, user } = showCall({ participants, capabilities: hosting }, { candidates });
    await user.click(screen.getByRole("button", { name: /Show people/ }));
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
    await user.click(screen.getByRole("button", { name: /Show people/ }));
    expect(within(panel()).queryByRole("button", { name: "Invite people" })).toBeNull();
  });
});
