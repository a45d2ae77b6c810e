// A device with calls-client in it: a page of ours, driven through the public API.

import { randomUUID } from "node:crypto";
import type { AnswerOptions, Intent, StartOptions } from "@aethex/calls-client";
import { expect } from "@playwright/test";
import type { Heard, Moment } from "../pages/engine.js";
import type { AnyPage } from "./page.js";
import type { Person } from "./people.js";
import { expectMotion, expectSilence, expectSound } from "./probing.js";
import type { ClientView, ParticipantView, StateView } from "./views.js";

/** Where the pages and the server are. */
export interface Places {
  /** Origin of the test pages. */
  readonly pages: string;
  /** The server, or the link that leads to it. */
  readonly server: string;
  /** Only through the relay. */
  readonly relayOnly?: boolean;
}

/** One tab of a person. */
export class EngineDevice {
  readonly page: AnyPage;
  readonly person: Person;
  readonly deviceId = randomUUID();

  constructor(page: AnyPage, person: Person) {
    this.page = page;
    this.person = person;
  }

  /** Loads the page and connects. */
  async open(places: Places): Promise<void> {
    await this.page.open(`${places.pages}/engine.html`);
    const { token } = this.person;
    await this.page.run(
      (options) => {
        if (window.openEngine === undefined) throw new Error("the engine page did not load");
        window.openEngine(options);
      },
      { server: places.server, token, deviceId: this.deviceId, relayOnly: places.relayOnly ?? false },
    );
    await expect.poll(() => this.client().then((one) => one.connection)).toBe("connected");
  }

  /** Starts a call. */
  async start(options: StartOptions): Promise<void> {
    await this.page.run((how) => void window.engine?.client.start(how), options);
  }

  /** Answers a ring, or joins a running call. */
  async answer(callId: string, options: AnswerOptions = {}): Promise<void> {
    await this.page.run(({ id, how }) => void window.engine?.client.answer(id, how), {
      id: callId,
      how: options,
    });
  }

  /** Waits for a ring and says which. */
  async rung(): Promise<string> {
    let callId = "";
    await expect
      .poll(async () => {
        callId = (await this.client()).rings[0]?.callId ?? "";
        return callId;
      })
      .not.toBe("");
    return callId;
  }

  /** Answers whatever rings. */
  async pickUp(options: AnswerOptions = {}): Promise<string> {
    const callId = await this.rung();
    await this.answer(callId, options);
    return callId;
  }

  /** Declines whatever rings. */
  async decline(reason: "declined" | "busy" = "declined"): Promise<void> {
    const callId = await this.rung();
    await this.page.run(({ id, why }) => window.engine?.client.decline(id, why), { id: callId, why: reason });
  }

  /** Does what a person asks for, and waits until it is done. */
  async dispatch(intent: Intent): Promise<void> {
    await this.page.run((what) => window.engine?.session().dispatch(what), intent);
  }

  /** The call as this device sees it. */
  async state(): Promise<StateView> {
    const state = await this.page.run(() => window.engine?.state() ?? null, undefined);
    if (state === null) throw new Error(`${this.person.name} is in no call`);
    return state;
  }

  /** What this device sees beside its call. */
  async client(): Promise<ClientView> {
    const state = await this.page.run(() => window.engine?.clientState() ?? null, undefined);
    if (state === null) throw new Error("the engine page is not open");
    return state;
  }

  /** Somebody as this device sees them. */
  async sees(person: Person): Promise<ParticipantView> {
    const found = (await this.state()).participants.find((one) => one.userId === person.id);
    if (found === undefined) throw new Error(`${this.person.name} does not see ${person.name}`);
    return found;
  }

  /** Every event of the socket. */
  heard(name?: string): Promise<Heard[]> {
    return this.page.run(
      (which) => (window.engine?.heard ?? []).filter((one) => which === undefined || one.name === which),
      name,
    );
  }

  /** Every state since the page was loaded. */
  moments(): Promise<Moment[]> {
    return this.page.run(() => [...(window.engine?.moments ?? [])], undefined);
  }

  /** Waits for a phase. */
  async expectPhase(phase: StateView["phase"], timeout = 20_000): Promise<void> {
    await expect
      .poll(() => this.phase(), { timeout, message: `${this.person.name}'s phase`, intervals: [50, 100] })
      .toBe(phase);
  }

  /** The phase; `none` without a call. */
  phase(): Promise<string> {
    return this.page.run(() => window.engine?.state()?.phase ?? "none", undefined);
  }

  /** Waits until the call is over, and says how. */
  async expectEnded(): Promise<NonNullable<StateView["ended"]>> {
    await this.expectPhase("ended");
    const { ended } = await this.state();
    if (ended === null) throw new Error("it ended without a reason");
    return ended;
  }

  /** Waits until the picture of somebody moves here. */
  async expectToSee(person: Person, timeout?: number): Promise<void> {
    await expectMotion(this.page, `[id="video-${person.id}"]`, timeout);
  }

  /** Waits until somebody is heard here. */
  async expectToHear(person: Person, above?: number): Promise<void> {
    await expectSound(this.page, [await this.soundOf(person)], above);
  }

  /** Waits until exactly nothing is heard of somebody. */
  async expectToHearNothingOf(person: Person): Promise<void> {
    await expectSilence(this.page, [await this.soundOf(person)]);
  }

  /** Waits until this device knows the media state of somebody. */
  async expectMediaState(person: Person, wanted: Partial<ParticipantView["mediaState"]>): Promise<void> {
    await expect
      .poll(() => this.sees(person).then((one) => one.mediaState), {
        message: `${person.name}'s media state`,
      })
      .toMatchObject(wanted);
  }

  /** Loads the page again; it takes its seat by itself. */
  reload(): Promise<void> {
    return this.page.reload();
  }

  async soundOf(person: Person): Promise<string> {
    let id = "";
    await expect
      .poll(async () => {
        id = (await this.sees(person)).audioTrack?.id ?? "";
        return id;
      })
      .not.toBe("");
    return id;
  }
}
