// The screens of group calls.

import { CallError, type CallState, type ParticipantState } from "@aethex/calls-client";
import { asHost, call, link, seen, self, unseen } from "./calls.js";
import { crowd, fakeMuted, fakeParticipant, PEOPLE } from "./fakes.js";
import { personTrack, screenTrack } from "./motion.js";
import type { GalleryScreen } from "./screen.js";

/** Pictures are drawn by this machine: of the first few only. */
const MOST_PICTURES = 9;
const SMALL = { width: 320, height: 180 } as const;
const MUTED = { audioEnabled: false, videoEnabled: true, screenSharing: false } as const;

/** So many people through the server: some seen, some not, some muted. */
function group(
  count: number,
  differences: Readonly<Record<string, Partial<ParticipantState>>> = {},
): readonly ParticipantState[] {
  return crowd(count).map((person, index) => {
    if (index === 0) return { ...self(), ...differences[person.userId] };
    const visible = index % 3 !== 2 && index <= MOST_PICTURES;
    const cameraTrack = visible ? personTrack((index * 67) % 360, SMALL) : null;
    return fakeParticipant(person, {
      link: null,
      cameraTrack,
      mediaState: { audioEnabled: index % 4 !== 3, videoEnabled: visible, screenSharing: false },
      ...differences[person.userId],
    });
  });
}

const sfu = (
  participants: readonly ParticipantState[],
  more: Partial<CallState> = {},
): Partial<CallState> => ({
  topology: "sfu",
  participants,
  ...more,
});

const sharing = { audioEnabled: true, videoEnabled: true, screenSharing: true } as const;
const raised = (order: number) => ({ handRaisedAtMs: order, handOrder: order });
const { bob, cid, dee, eve } = PEOPLE;

const reactions = [
  { id: "r1", userId: bob.userId, reaction: "👍", atMs: 0 },
  { id: "r2", userId: dee.userId, reaction: "🎉", atMs: 0 },
  { id: "r3", userId: PEOPLE.ann.userId, reaction: "❤️", atMs: 0 },
  { id: "r4", userId: eve.userId, reaction: "😮", atMs: 0 },
  { id: "r5", userId: cid.userId, reaction: "brb", atMs: 0 },
];

const noWay = new CallError("IceFailed", "No candidate pair worked", { userId: bob.userId });

/** By name. */
export const groupScreens: Readonly<Record<string, GalleryScreen>> = {
  "group-3": call(() => ({ state: sfu(group(3)), speaker: bob.userId })),
  "group-5": call(() => ({ state: sfu(group(5)), speaker: bob.userId })),
  "group-9": call(() => ({ state: sfu(group(9), { speakers: [dee.userId] }) })),
  "group-20": call(() => ({ state: sfu(group(20)), layout: "grid" })),
  "group-20-page-2": call(() => ({
    state: sfu(group(20)),
    layout: "grid",
    look: (view) => view.setPage(1),
  })),
  "group-speaker": call(() => ({
    state: sfu(group(9), { speakers: [dee.userId] }),
    layout: "speaker",
  })),
  "group-shares": call(() => ({
    state: sfu(
      group(7, {
        [bob.userId]: { screenTrack: screenTrack(), mediaState: sharing },
        [dee.userId]: { screenTrack: screenTrack(), mediaState: sharing },
      }),
    ),
  })),
  "group-pins": call(() => ({
    state: sfu(group(9)),
    look: (view) => {
      view.togglePin(bob.userId);
      view.togglePin(dee.userId);
    },
  })),
  "group-audio-only": call(() => ({ state: sfu(group(12)), layout: "audio-only", speaker: bob.userId })),
  "group-self-floating": call(() => ({
    state: sfu(group(7)),
    look: (view) => view.setSelfView("floating"),
  })),
  "group-hands": call(() => ({
    state: sfu(
      group(6, { [dee.userId]: raised(1), [PEOPLE.ann.userId]: raised(2), [bob.userId]: raised(3) }),
      { capabilities: asHost },
    ),
    look: (view) => view.toggle("people"),
  })),
  "group-hands-closed": call(() => ({
    state: sfu(group(12, { [dee.userId]: raised(1), [bob.userId]: raised(2) })),
    layout: "grid",
  })),
  "group-reactions": call(() => ({ state: sfu(group(5), { reactions }) })),
  "group-react": call(() => ({ state: sfu(group(5)), look: (view) => view.toggle("reactions") })),
  "group-layouts": call(() => ({ state: sfu(group(5)), press: [".lucide-layout-grid"] })),
  "group-layout-dialog": call(() => ({ state: sfu(group(5)), look: (view) => view.toggle("layout") })),
  "group-low-bandwidth": call(() => ({
    state: sfu(
      group(6, {
        [bob.userId]: { cameraPaused: "bandwidth", quality: { grade: "poor", cause: "bitrate" } },
        [cid.userId]: { cameraPaused: "bandwidth", mediaState: MUTED },
        [eve.userId]: { cameraPaused: "sender" },
      }),
      { quality: { grade: "poor", cause: "bitrate" } },
    ),
  })),
  "group-host-actions": call(() => ({
    state: sfu(group(6, { [cid.userId]: { ...raised(1), mediaState: { ...MUTED, videoEnabled: false } } }), {
      capabilities: asHost,
    }),
    look: (view) => view.toggle("people"),
    press: ["li:nth-of-type(3) .lucide-ellipsis-vertical"],
  })),
  "group-volume": call(() => ({
    state: sfu(group(6, { [bob.userId]: { volume: 0.4 }, [dee.userId]: { volume: 0 } })),
    look: (view) => view.toggle("people"),
    press: [".lucide-volume-1"],
  })),
  "group-asked-to-unmute": call(() => ({
    state: sfu(group(5), {
      local: fakeMuted(),
      notices: [{ id: "1", kind: "unmute-requested", error: null, userId: bob.userId }],
    }),
  })),
  "group-unreachable": call(() => ({
    state: sfu(
      group(4).map((one) => ({ ...one, cameraTrack: null })),
      { phase: "connecting", notices: [{ id: "1", kind: "sfu-unreachable", error: noWay, userId: null }] },
    ),
  })),
  "group-more": call(() => ({ state: sfu(group(5)), press: [".lucide-ellipsis"] })),
  "stats-error": call(() => ({
    state: {
      participants: [
        self(),
        unseen(bob, { link: { status: "failed", stats: null, error: noWay }, quality: null }),
        seen(dee, 20, { link }),
      ],
    },
    look: (view) => view.toggle("stats"),
  })),
};
