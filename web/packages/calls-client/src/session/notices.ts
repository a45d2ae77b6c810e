// What a person should know now, most urgent first.

import { CallError } from "../errors.js";
import type { LocalState, Notice, ParticipantState, Phase, Quality } from "../state.js";

/** What notices are made of. */
export interface NoticeSources {
  readonly phase: Phase;
  readonly signallingLost: boolean;
  readonly audioBlocked: boolean;
  readonly local: LocalState;
  readonly participants: readonly ParticipantState[];
  readonly quality: Quality | null;
  readonly turnError: CallError | null;
  readonly sfuError: CallError | null;
}

/** So many things that happened are shown at most. */
const HAPPENINGS = 5;

/** What is about a microphone that is off, and over once it is on. */
const OFF: readonly Notice["kind"][] = ["muted-by-host", "unmute-requested"];

/** Things that happened once, and what the person has put away. */
export class News {
  /** Ids of notices that were put away and whose cause lasts; they come back when it does after a while. */
  #dismissed: ReadonlySet<string> = new Set();
  #happened: readonly Notice[] = [];

  /** Only typed errors are shown; any other is for developers. */
  add(kind: Notice["kind"], error: unknown, nowMs: number, userId: string | null = null): void {
    const known = error instanceof CallError ? error : null;
    if (error !== null && known === null) console.debug("a request failed", error);
    const id = `${kind}:${nowMs}`;
    this.#happened = [...this.#happened, { id, kind, error: known, userId }].slice(-HAPPENINGS);
  }

  dismiss(id: string): void {
    this.#dismissed = new Set([...this.#dismissed, id]);
    this.#happened = this.#happened.filter((one) => one.id !== id);
  }

  /**
   * What is shown, without what was put away, and what switching the microphone on has settled. The same list when
   * nothing changed.
   */
  shown(standing: readonly Notice[], before: readonly Notice[], microphoneOn: boolean): readonly Notice[] {
    if (microphoneOn) this.#happened = this.#happened.filter(({ kind }) => !OFF.includes(kind));
    this.#dismissed = new Set(standing.map(({ id }) => id).filter((id) => this.#dismissed.has(id)));
    const next = [...standing.filter(({ id }) => !this.#dismissed.has(id)), ...this.#happened];
    const same =
      next.length === before.length &&
      next.every((one, index) => one.id === before[index]?.id && one.error === before[index]?.error);
    return same ? before : next;
  }
}

/** What holds now. */
export function standingNotices(sources: NoticeSources): readonly Notice[] {
  const { local, phase, participants } = sources;
  const list: Notice[] = [];
  if (sources.audioBlocked) list.push(notice("audio-blocked"));
  if (phase === "reconnecting") {
    const lost = participants.filter((one) => one.link !== null && one.link.status !== "connected");
    // All of them: it is this device's own connection.
    const userId = lost.length === 1 ? (lost[0]?.userId ?? null) : null;
    list.push(notice("media-lost", lost[0]?.link?.error ?? null, userId));
  }
  if (sources.sfuError !== null) list.push(notice("sfu-unreachable", sources.sfuError));
  if (sources.signallingLost) list.push(notice("signalling-lost"));
  if (local.microphone.error !== null) list.push(notice("microphone-failed", local.microphone.error));
  if (local.camera.error !== null) list.push(notice("camera-failed", local.camera.error));
  if (local.screen.error !== null) list.push(notice("screen-failed", local.screen.error));
  if (sources.turnError !== null) list.push(notice("turn-unavailable", sources.turnError));
  if (phase === "active" && sources.quality?.grade === "poor") list.push(notice("weak-network"));
  return list;
}

function notice(kind: Notice["kind"], error: CallError | null = null, userId: string | null = null): Notice {
  return { id: userId === null ? kind : `${kind}:${userId}`, kind, error, userId };
}
