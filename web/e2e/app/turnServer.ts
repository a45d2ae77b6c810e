// A coturn of the tests' own, on loopback alone: relays for browsers on this machine.

import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { connect, createServer } from "node:net";
import { expect } from "@playwright/test";

const PROGRAM = "/usr/bin/turnserver";

/** Whether coturn is installed. */
export const coturnInstalled = existsSync(PROGRAM);

/** A running coturn. */
export interface TurnServer {
  /** Settings of the call server that uses it. */
  readonly settings: Readonly<Record<string, string | number>>;
  stop(): void;
}

/** Starts one on a free port. */
export async function startTurnServer(): Promise<TurnServer> {
  const secret = randomBytes(24).toString("hex");
  const port = await freePort();
  const child = spawn(PROGRAM, flags(port, secret), { stdio: "ignore" });
  await expect.poll(() => answers(port), { message: "coturn listens" }).toBe(true);
  return {
    settings: { TURN_HOST: "127.0.0.1", TURN_PORT: port, TURN_SECRET: secret },
    stop: () => end(child),
  };
}

function flags(port: number, secret: string): string[] {
  const address = "127.0.0.1";
  return [
    ...["-n", "--no-tls", "--no-dtls", "--no-cli", "--allow-loopback-peers", "--log-file=stdout"],
    ...[`--listening-ip=${address}`, `--relay-ip=${address}`, `--listening-port=${port}`],
    ...["--use-auth-secret", `--static-auth-secret=${secret}`, "--realm=turn.test", "--pidfile=/dev/null"],
  ];
}

function end(child: ChildProcess): void {
  child.kill("SIGKILL");
}

/** Whether somebody listens there. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** A port that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no port"));
        else resolve(address.port);
      });
    });
  });
}
