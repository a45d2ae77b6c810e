// Somebody in a call without a browser: aiortc, another WebRTC library, in a process of its own.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { expect } from "@playwright/test";
import { BESIDE_BROWSERS, PYTHON } from "./paths.js";
import type { Person } from "./people.js";
import { AUDIBLE, MOVES, VISIBLE } from "./probing.js";
import type { Server } from "./server.js";

/** How long it may take to do what it is told, in milliseconds. */
const PATIENCE = 40_000;

type Program = ChildProcessByStdio<Writable, Readable, Readable>;

/** What was decoded of one person so far. */
export interface Decoded {
  /** Pictures. */
  readonly frames: number;
  /** Mean difference of the brightness between two pictures that are 0.4 s apart, 0 to 255. */
  readonly change: number;
  /** Mean brightness, 0 to 255. */
  readonly brightness: number;
  /** As `totalAudioEnergy`. */
  readonly energy: number;
}

const running = new Set<Program>();
process.on("exit", () => {
  for (const program of running) program.kill("SIGKILL");
});

/** A participant with aiortc. */
export class AiortcParticipant {
  readonly person: Person;
  readonly #program: Program;
  readonly #answers: AsyncIterator<string>;
  readonly #ended: Promise<void>;
  #told = "";

  private constructor(person: Person) {
    this.person = person;
    const program = spawn(PYTHON, ["-B", BESIDE_BROWSERS], { stdio: ["pipe", "pipe", "pipe"] });
    running.add(program);
    this.#ended = new Promise((resolve) => {
      program.once("close", () => resolve());
      program.once("error", (error) => {
        this.#told += error.message;
        resolve();
      });
    });
    // The answer that does not come says what went wrong.
    program.stdin.on("error", () => undefined);
    program.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#told += text;
    });
    this.#program = program;
    this.#answers = createInterface({ input: program.stdout })[Symbol.asyncIterator]();
  }

  /** Starts it, and connects a device of somebody to the server. */
  static async enter(person: Person, server: Server): Promise<AiortcParticipant> {
    const made = new AiortcParticipant(person);
    await made.#does({ do: "enter", url: server.url, id: person.id, token: person.token });
    return made;
  }

  /** Answers what rings, with sound and picture. */
  async join(): Promise<void> {
    await this.#does({ do: "join" });
  }

  /** Asks for the pictures of these people. */
  async show(...people: readonly Person[]): Promise<void> {
    await this.#does({ do: "show", userIds: people.map((one) => one.id) });
  }

  /** What was decoded of somebody; nothing when nothing was. */
  async decoded(person: Person): Promise<Decoded | null> {
    const { people } = (await this.#does({ do: "look" })) as { people: Record<string, Decoded> };
    return people[person.id] ?? null;
  }

  /** Waits until the picture of somebody moves here. */
  async expectToSee(person: Person): Promise<void> {
    const picture = async (): Promise<string> => {
      const found = await this.decoded(person);
      if (found === null || found.frames === 0) return "none";
      if (found.brightness <= VISIBLE) return "black";
      return found.change > MOVES ? "moves" : "still";
    };
    await expect
      .poll(picture, { timeout: 30_000, message: `${person.name}'s picture at ${this.person.name}'s` })
      .toBe("moves");
  }

  /** Waits until somebody was heard here. */
  async expectToHear(person: Person, above = AUDIBLE): Promise<void> {
    const energy = async (): Promise<number> => (await this.decoded(person))?.energy ?? 0;
    await expect
      .poll(energy, { timeout: 20_000, message: `energy of ${person.name} at ${this.person.name}'s` })
      .toBeGreaterThan(above);
  }

  /** Ends it. */
  async close(): Promise<void> {
    running.delete(this.#program);
    this.#program.kill("SIGKILL");
    await this.#ended;
  }

  /** Tells it what to do, and waits for its answer. One after the other, as answers come in the order of commands. */
  async #does(command: Readonly<Record<string, unknown>>): Promise<unknown> {
    const what = String(command.do);
    this.#program.stdin.write(`${JSON.stringify(command)}\n`);
    const timer = setTimeout(() => {
      this.#told += `\nno answer to ${what} within ${PATIENCE} ms`;
      this.#program.kill("SIGKILL");
    }, PATIENCE);
    const { value, done } = await this.#answers.next();
    clearTimeout(timer);
    if (done !== true) return JSON.parse(value);
    await this.#ended;
    throw new Error(
      `aiortc did not ${what}: ${this.#told}\n` +
        `It needs a Python with tests/python/requirements.txt: ${PYTHON}, made by \`cargo xtask test e2e\`, ` +
        "or the one that AETHEX_TEST_PYTHON names.",
    );
  }
}
