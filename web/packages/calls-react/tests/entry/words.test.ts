// Every way a call can end, and every notice, has words in every language.

import {
  CallError,
  type CallErrorName,
  type Ended,
  type EndReason,
  type Notice,
  type StopReason,
} from "@aethex/calls-client";
import { describe, expect, it } from "vitest";
import { fakeParticipant, fakeState, PEOPLE, SELF } from "../../gallery/fakes.js";
import { catalogues, createTranslator, en, type Messages } from "../../src/i18n/index.js";
import { browserFamily } from "../../src/words/browserFamily.js";
import { endedText, KNOWN_REASONS } from "../../src/words/endedText.js";
import { noticeText } from "../../src/words/noticeText.js";
import { noticeToShow } from "../../src/words/noticeToShow.js";
import { refusalText } from "../../src/words/refusalText.js";

const REASONS: Record<EndReason | StopReason | "refused" | "left", true> = {
  "ended-by-user": true,
  "ended-by-host": true,
  "last-left": true,
  cancelled: true,
  timeout: true,
  rejected: true,
  busy: true,
  "connection-failed": true,
  "connection-lost": true,
  "max-duration": true,
  "alone-timeout": true,
  replaced: true,
  "server-restart": true,
  capacity: true,
  "conversation-deleted": true,
  "internal-error": true,
  "answered-elsewhere": true,
  declined: true,
  ended: true,
  removed: true,
  "handed-off": true,
  refused: true,
  left: true,
};

const translators = Object.entries(catalogues).map(
  ([locale, words]) => [locale, createTranslator<Messages>(locale, words)] as const,
);
const english = createTranslator<Messages>("en", en).t;

function ended(
  reason: string,
  fields: Partial<Parameters<typeof endedText>[0]> = {},
  how: Partial<Omit<Ended, "reason">> = {},
) {
  const participants = [fakeParticipant(SELF), fakeParticipant(PEOPLE.bob)];
  return {
    ...fakeState({ phase: "ended", participants }),
    ended: { reason, endedBy: null, durationSeconds: 0, error: null, joinable: false, ...how },
    ...fields,
  };
}

describe.each(translators)("in %s", (_, { t }) => {
  it.each(Object.keys(REASONS))("the end by %s has words without gaps, both ways", (reason) => {
    for (const direction of ["incoming", "outgoing"] as const) {
      const said = endedText(ended(reason, { direction }), t);
      expect(said?.title).toMatch(/\S/);
      expect(`${said?.title} ${said?.text}`).not.toMatch(/[{}]|undefined/);
      if (reason !== "refused") expect(said?.text ?? "").not.toContain(reason);
    }
  });

  it("every kind of notice has words", () => {
    const kinds: Record<Notice["kind"], true> = {
      "signalling-lost": true,
      "media-lost": true,
      "weak-network": true,
      "audio-blocked": true,
      "microphone-failed": true,
      "camera-failed": true,
      "screen-failed": true,
      "device-changed": true,
      "muted-by-host": true,
      "unmute-requested": true,
      "sfu-unreachable": true,
      "turn-unavailable": true,
      "request-failed": true,
    };
    const texts = Object.keys(kinds).map((kind) => {
      const notice = { id: "1", kind, error: null, userId: null } as Notice;
      return noticeText(notice, t, () => null).text;
    });
    expect(new Set(texts).size).toBe(texts.length);
    for (const text of texts) expect(text).not.toMatch(/[{}]|undefined/);
  });

  it("every error that keeps a call from starting has words", () => {
    const names: CallErrorName[] = [
      "PermissionDenied",
      "DeviceMissing",
      "DeviceBusy",
      "Overconstrained",
      "IceFailed",
      "ConnectionLost",
      "TurnExpired",
      "RelayUnavailable",
      "Kicked",
      "Full",
      "Refused",
      "Unreachable",
      "Unsupported",
    ];
    for (const name of names) expect(refusalText(new CallError(name, "x"), t)).toMatch(/\S{3}/);
  });
});

describe("the end of a call", () => {
  it("knows every reason of the wire contract", () => {
    expect([...KNOWN_REASONS].sort()).toEqual(Object.keys(REASONS).sort());
  });

  it("shows a reason it does not know, and that of an object's own members, as it came", () => {
    for (const reason of ["moon-phase", "toString", "__proto__"]) {
      expect(endedText(ended(reason), english)).toMatchObject({
        title: "The call has ended",
        text: `Reason: ${reason}`,
        offer: "call-again",
      });
    }
  });

  it("names who hung up", () => {
    const by = (endedBy: string) => endedText(ended("ended-by-user", {}, { endedBy }), english)?.title;
    expect(by(PEOPLE.bob.userId)).toBe("Bob Okafor hung up");
    expect(by(SELF.userId)).toBe("You ended the call");
    expect(by("somebody-unknown")).toBe("The call has ended");
  });

  it("is a missed call for the callee and no answer for the caller", () => {
    expect(endedText(ended("timeout", { direction: "outgoing" }), english)?.title).toBe("No answer");
    expect(endedText(ended("timeout", { direction: "incoming" }), english)).toMatchObject({
      title: "Missed call",
      offer: "call-back",
    });
  });

  it("offers to join again while the call goes on for others", () => {
    expect(endedText(ended("removed", {}, { joinable: true }), english)?.offer).toBe("rejoin");
  });

  it("offers to try again, not to join again, when the running call let nobody in", () => {
    const error = new CallError("Full", "x", { refusal: { code: "full", message: "", retryable: false } });
    for (const direction of ["incoming", "outgoing"] as const) {
      const said = endedText(ended("refused", { direction }, { error, joinable: true }), english);
      expect(said).toMatchObject({
        text: "The call is full. Try again when somebody has left.",
        offer: "try-again",
      });
    }
  });

  it("offers to join the call that was in the way", () => {
    const error = new CallError("Refused", "x", {
      refusal: { code: "call_active", message: "", retryable: false, callId: "other" },
    });
    expect(endedText(ended("refused", {}, { error }), english)).toMatchObject({
      text: "A call is running in this conversation already. You can join it.",
      offer: "join-running",
    });
  });

  it("uses the host product's name before the server told one", () => {
    const call = { ...ended("timeout"), participants: [], fallbackName: "Bob" };
    expect(endedText(call, english)?.text).toContain("Bob did not answer");
  });
});

describe("a notice", () => {
  const failed = (kind: Notice["kind"], name: CallErrorName, recoverable = false): Notice => ({
    id: "1",
    kind,
    userId: null,
    error: new CallError(name, "x", recoverable ? { recover: async () => undefined } : {}),
  });

  it.each([
    ["PermissionDenied", "permission-help"],
    ["Overconstrained", "default-device"],
    ["DeviceMissing", "retry"],
    ["DeviceBusy", "retry"],
  ] as const)("about a device that failed with %s helps by %s", (name, does) => {
    expect(noticeText(failed("camera-failed", name), english, () => null).action?.does).toBe(does);
  });

  it("uses the error's own way out when there is one", () => {
    const notice = failed("microphone-failed", "DeviceBusy", true);
    expect(noticeText(notice, english, () => null).action?.does).toBe("recover");
  });

  it("about somebody else's network says whose, and offers nothing", () => {
    const notice: Notice = { id: "1", kind: "weak-network", error: null, userId: "bob" };
    const said = noticeText(notice, english, () => "Bob");
    expect(said.text).toContain("Bob has a weak network");
    expect(said.action).toBeNull();
  });
});

describe("a relay that is not to be had", () => {
  const about = (name: CallErrorName): Notice => ({
    id: "1",
    kind: "turn-unavailable",
    userId: null,
    error: new CallError(name, "x", { recover: async () => undefined }),
  });

  it.each(translators)("is worded by its cause in %s, with a button that tries again", (_, { t }) => {
    const said = (["TurnExpired", "RelayUnavailable"] as const).map((name) =>
      noticeText(about(name), t, () => null),
    );
    expect(new Set(said.map(({ text }) => text)).size).toBe(2);
    for (const { action } of said) expect(action).toMatchObject({ does: "recover" });
  });
});

describe("the browser whose menus are described", () => {
  it.each([
    [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
      0,
      "chromium",
    ],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", 0, "firefox"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
      0,
      "safari",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
      5,
      "ios",
    ],
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/140.0", 5, "ios"],
    ["something else", 0, "other"],
  ] as const)("is told from %s with %i touch points", (userAgent, touchPoints, family) => {
    expect(browserFamily(userAgent, touchPoints)).toBe(family);
  });
});

describe("of several notices", () => {
  const notice = (kind: Notice["kind"]): Notice => ({ id: kind, kind, error: null, userId: null });
  const shown = (kinds: readonly Notice["kind"][]) => noticeToShow(kinds.map(notice))?.kind ?? null;

  it("the most urgent is shown; sound that is held back has its own button", () => {
    expect(shown(["audio-blocked", "media-lost", "weak-network"])).toBe("media-lost");
    expect(shown(["audio-blocked"])).toBeNull();
  });

  it("being asked to speak comes before what can wait, and after what breaks the call", () => {
    expect(shown(["weak-network", "muted-by-host", "unmute-requested"])).toBe("unmute-requested");
    expect(shown(["signalling-lost", "unmute-requested"])).toBe("signalling-lost");
    expect(shown(["microphone-failed", "unmute-requested"])).toBe("microphone-failed");
  });

  it("a lost server is not said to leave the call alone when media goes through it", () => {
    const said = (served: boolean) => noticeText(notice("signalling-lost"), english, () => null, served).text;
    expect([said(false), said(true)]).toEqual([
      "The connection to the server is lost. Your call goes on while we reconnect.",
      "The connection to the server is lost. We are reconnecting.",
    ]);
  });

  it("being muted is told though the network is weak all the time", () => {
    expect(shown(["weak-network", "muted-by-host"])).toBe("muted-by-host");
    expect(shown(["media-lost", "weak-network", "muted-by-host"])).toBe("media-lost");
    expect(shown(["weak-network", "device-changed"])).toBe("weak-network");
  });
});
