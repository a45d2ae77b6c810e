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
  /** Things that happened once, until they are dismissed. */
  readonly happened: readonly Notice[];
  /** Ids of notices that the person has put away; they come back when their cause does. */
  readonly dismissed: ReadonlySet<string>;
}

/** So many things that happened are shown at most. */
const HAPPENINGS = 5;

/** Things that happened once, and what the person has put away. */
export class News {
  readonly dismissed = new Set<string>();
  #happened: readonly Notice[] = [];

  get happened(): readonly Notice[] {
    return this.#happened;
  }

  /** Only typed errors are shown; any other is for developers. */
  add(kind: Notice["kind"], error: unknown, nowMs: number): void {
    const known = error instanceof CallError ? error : null;
    if (error !== null && known === null) console.debug("a request failed", error);
    const id = `${kind}:${nowMs}`;
    this.#happened = [...this.#happened, { id, kind, error: known, userId: null }].slice(-HAPPENINGS);
  }

  dismiss(id: string): void {
    this.dismissed.add(id);
    this.#happened = this.#happened.filter((one) => one.id !== id);
  }
}

/** The list, without what was put away. The same list when nothing changed. */
export function noticesOf(sources: NoticeSources, before: readonly Notice[]): readonly Notice[] {
  if (sources.phase === "ended") return before.length === 0 ? before : [];
  const all = [...standing(sources), ...sources.happened];
  const next = all.filter((one) => !sources.dismissed.has(one.id));
  const same =
    next.length === before.length &&
    next.every((one, index) => one.id === before[index]?.id && one.error === before[index]?.error);
  return same ? before : next;
}

function standing(sources: NoticeSources): Notice[] {
  const { local, phase, participants } = sources;
  const list: Notice[] = [];
  if (sources.audioBlocked) list.push(notice("audio-blocked"));
  if (phase === "reconnecting") {
    const lost = participants.find((one) => one.link !== null && one.link.status !== "connected");
    list.push(notice("media-lost", lost?.link?.error ?? null, lost?.userId ?? null));
  }
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
