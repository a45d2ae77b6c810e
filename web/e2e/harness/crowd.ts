// People who do not exist, in a call with people in browsers: `aethex-load` beside a test.

import { type ChildProcess, spawn } from "node:child_process";
import { LOAD } from "./paths.js";
import type { Person } from "./people.js";
import type { Server } from "./server.js";

/** How long the crowd may take to gather, and to go, in milliseconds. */
const PATIENCE = 40_000;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Who is in the crowd. */
export interface CrowdOptions {
  readonly server: Server;
  /** Who send sound and three layers of a picture; one after the other speaks. */
  readonly publishers: number;
  /** Who only listen and look. */
  readonly listeners: number;
  /** Members of the conversation who are no part of the crowd. */
  readonly guests: readonly Person[];
  /** Pictures of 1.2 Mbit/s, 400 and 200 kbit/s; small ones when left out. */
  readonly large?: boolean;
}

/** What the crowd says of its call, as far as the tests read it. */
export interface CrowdReport {
  readonly participants: number;
  readonly seconds: number;
  readonly arrived: { readonly packets: number; readonly sound: number };
  readonly lossPercent: number;
  readonly lostConnections: number;
}

/** A call full of people who do not exist. */
export class Crowd {
  readonly callId: string;
  readonly conversationId: string;
  readonly #child: ChildProcess;
  readonly #printed: () => string;

  private constructor(child: ChildProcess, printed: () => string, callId: string, conversationId: string) {
    this.#child = child;
    this.#printed = printed;
    this.callId = callId;
    this.conversationId = conversationId;
  }

  /** Lets them call each other, and waits until all have media. */
  static async gather(options: CrowdOptions): Promise<Crowd> {
    const words = [
      ["--server", options.server.url],
      ["--publishers", String(options.publishers), "--subscribers", String(options.listeners)],
      ["--with", options.guests.map((one) => one.email).join(",")],
      // Few and small pictures: the programs of the tests are not optimised, and browsers run beside them.
      options.large === true ? ["--frames", "30", "--rate", "130"] : ["--frames", "10", "--rate", "30"],
      ["--shown", "160x90", "--full", "0"],
      // Until they are told to go; how much may get lost on a busy machine is no matter of a test.
      ["--duration", "600", "--max-loss", "100", "--json"],
    ].flat();
    const child = spawn(LOAD, words, { stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let [told, printed] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    child.stderr.setEncoding("utf8");
    const [callId, conversationId] = await new Promise<[string, string]>((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`${LOAD} ${why}\n${told}`));
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        fail("did not gather its people");
      }, PATIENCE);
      child.once("error", (error) => fail(error.message));
      child.once("exit", (code, signal) => {
        running.delete(child);
        clearTimeout(timer);
        fail(`ended with ${code ?? signal}`);
      });
      child.stderr.on("data", (text: string) => {
        told += text;
        const [, call, conversation] = /^call (\S+) in (\S+)$/m.exec(told) ?? [];
        // The first line about media comes when it flows.
        if (call === undefined || conversation === undefined || !/ packets, /.test(told)) return;
        clearTimeout(timer);
        resolve([call, conversation]);
      });
    });
    return new Crowd(child, () => printed, callId, conversationId);
  }

  /** Whether all of them are still there: when one loses the call, the whole crowd goes. */
  get isThere(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Lets them leave, and says what they saw and heard. */
  async leave(): Promise<CrowdReport> {
    if (this.isThere) {
      const ended = new Promise<void>((resolve) => this.#child.once("close", () => resolve()));
      const timer = setTimeout(() => this.#child.kill("SIGKILL"), PATIENCE);
      this.#child.kill("SIGINT");
      await ended;
      clearTimeout(timer);
    }
    return JSON.parse(this.#printed()) as CrowdReport;
  }

  /** Ends them, however far they are. */
  async close(): Promise<void> {
    if (!this.isThere) return;
    const ended = new Promise<void>((resolve) => this.#child.once("close", () => resolve()));
    this.#child.kill("SIGKILL");
    await ended;
  }
}
