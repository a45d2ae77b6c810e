// The example product of examples/embed: its own origin, its own people, its own server.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { SERVER } from "./paths.js";
import type { Server } from "./server.js";
import type { Stage } from "./stage.js";

const EXAMPLE = fileURLToPath(new URL("../../../examples/embed/", import.meta.url));
/** How long the product's server may take to start, in milliseconds. */
const PATIENCE = 15_000;

/** A running product. */
export interface Product {
  readonly url: string;
  /** The call server it uses. */
  readonly calls: Server;
  stop(): void;
}

/** Starts a call server with the product's users, and the product. */
export async function openTeamroom(stage: Stage): Promise<Product> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const secret = randomBytes(32).toString("hex");
  const calls = await stage.server({ settings: { JWT_SECRET: secret }, allowedOrigins: [url] });
  const key = execFileSync(SERVER, ["token", "api-key", "teamroom", "--data-dir", calls.folder], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, AETHEX_JWT_SECRET: secret },
  });
  const child = spawn("node", ["server.mjs"], {
    cwd: EXAMPLE,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      CALLS_URL: calls.url,
      CALLS_JWT_SECRET: secret,
      CALLS_API_KEY: key.trim().split(/\s+/).at(-1),
      CONVERSATION_ID: randomUUID(),
    },
  });
  await listening(child);
  return { url, calls, stop: () => child.kill("SIGKILL") };
}

/** A port that was free a moment ago: the call server must know the product's origin before it starts. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the product printed no address")), PATIENCE);
    child.once("exit", (code) => reject(new Error(`the product ended with ${code}`)));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (!text.includes("Teamroom: ")) return;
      clearTimeout(timer);
      resolve();
    });
  });
}
