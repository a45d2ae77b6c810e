// Builds the package for publishing, and holds it to its size.

import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

/** Engine and signalling, socket.io-client included: livekit-client alone is 154 kB. */
const LIMIT_KB = 45;

const root = fileURLToPath(new URL("..", import.meta.url));

rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync("npx", ["tsc", "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });

/**
 * The size of what a page loads that imports these names, minified and gzipped, in kB: `eager` at once, `lazy` when a
 * call needs it.
 */
async function sizeOf(source) {
  const entry = "virtual:entry";
  const [output] = [
    await build({
      root,
      logLevel: "error",
      configFile: false,
      build: { write: false, minify: true, target: "es2022", rollupOptions: { input: entry } },
      plugins: [
        {
          name: "entry",
          resolveId: (id) => (id === entry ? `\0${entry}` : undefined),
          load: (id) => (id === `\0${entry}` ? source : undefined),
        },
      ],
    }),
  ].flat();
  const chunks = new Map(output.output.map((one) => [one.fileName, one]));
  const eager = new Set();
  const load = (name) => {
    if (eager.has(name)) return;
    eager.add(name);
    for (const imported of chunks.get(name)?.imports ?? []) load(imported);
  };
  for (const one of chunks.values()) if (one.isEntry) load(one.fileName);
  const kb = (wanted) =>
    [...chunks.values()]
      .filter((one) => "code" in one && eager.has(one.fileName) === wanted)
      // Each file is compressed by itself, as it is sent.
      .reduce((sum, one) => sum + gzipSync(one.code, { level: 9 }).length / 1000, 0);
  return { eager: kb(true), lazy: kb(false) };
}

const engine = await sizeOf(
  `import { createCallClient } from "${root}dist/index.js"; globalThis.x = createCallClient;`,
);
const whole = await sizeOf(
  `import { createCallClient, WebRTCManager } from "${root}dist/index.js"; import { io } from "socket.io-client"; globalThis.x = [createCallClient, WebRTCManager, io];`,
);
process.stdout.write(
  `calls-client: engine ${engine.eager.toFixed(1)} kB, with the founding facade and socket.io-client ${whole.eager.toFixed(1)} kB gzipped (limit ${LIMIT_KB}); ${whole.lazy.toFixed(1)} kB more are loaded when they are needed\n`,
);
if (whole.eager > LIMIT_KB) {
  process.stderr.write(`calls-client is larger than ${LIMIT_KB} kB gzipped\n`);
  process.exit(1);
}
