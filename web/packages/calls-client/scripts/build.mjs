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

/** The size of what a page loads that imports these names, minified and gzipped, in kB. */
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
  const code = output.output.map((chunk) => ("code" in chunk ? chunk.code : "")).join("");
  return gzipSync(code, { level: 9 }).length / 1000;
}

const engine = await sizeOf(
  `import { createCallClient } from "${root}dist/index.js"; globalThis.x = createCallClient;`,
);
const whole = await sizeOf(
  `import { createCallClient, WebRTCManager } from "${root}dist/index.js"; import { io } from "socket.io-client"; globalThis.x = [createCallClient, WebRTCManager, io];`,
);
process.stdout.write(
  `calls-client: engine ${engine.toFixed(1)} kB, with the founding facade and socket.io-client ${whole.toFixed(1)} kB gzipped (limit ${LIMIT_KB})\n`,
);
if (whole > LIMIT_KB) {
  process.stderr.write(`calls-client is larger than ${LIMIT_KB} kB gzipped\n`);
  process.exit(1);
}
