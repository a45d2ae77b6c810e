// What each role may do by default: the same as the server's.

import { describe, expect, test } from "vitest";
import { capabilitiesOf } from "../../src/view/index.js";
import type { ParticipantJoinedEvent } from "../../src/wire/index.js";

describe("rights by role", () => {
  test.each([
    ["host", 16],
    ["co-host", 16],
    ["member", 10],
    ["guest", 6],
    ["viewer", 4],
    ["recorder", 2],
  ] as const)("%s has %i", (role, count) => {
    expect(capabilitiesOf(role).size).toBe(count);
  });

  test("only those who run the call end it for all, viewers do not speak", () => {
    expect(capabilitiesOf("co-host").has("end-for-all")).toBe(true);
    expect(capabilitiesOf("member").has("end-for-all")).toBe(false);
    expect(capabilitiesOf("viewer").has("speak")).toBe(false);
    expect([...capabilitiesOf("recorder")].sort()).toEqual(["join", "record"]);
  });

  test("a role of tomorrow counts as a member", () => {
    const joinedEvent: Pick<ParticipantJoinedEvent, "role"> = JSON.parse('{"role":"toString"}');
    expect(capabilitiesOf(joinedEvent.role)).toBe(capabilitiesOf("member"));
  });
});
