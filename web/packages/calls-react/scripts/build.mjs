// Builds the package for publishing: ES modules, types, and one stylesheet. The same sources give the same bytes.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const others = Object.keys({ ...dependencies, ...peerDependencies });
const entries = { index: "src/index.ts", ui: "src/ui/index.ts", i18n: "src/i18n/index.ts" };

rmSync(dist, { recursive: true, force: true });
execFileSync("npx", ["tsc", "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
await build({
  root,
  configFile: false,
  logLevel: "warn",
  css: {
    modules: {
      // Readable, and the same on every machine; the names of the pieces are unique.
      generateScopedName: (local, file) => `ax-${basename(file.split("?")[0], ".module.css")}-${local}`,
    },
  },
  // What the tokens and the base say has no component that would import it.
  plugins: [
    {
      name: "styles",
      transform: (code, id) =>
        id === join(root, entries.index) ? { code: `import "./styles.css";\n${code}`, map: null } : undefined,
    },
  ],
  esbuild: { jsx: "automatic" },
  build: {
    outDir: dist,
    emptyOutDir: false,
    target: "es2022",
    minify: false,
    sourcemap: true,
    cssCodeSplit: false,
    cssMinify: false,
    lib: {
      entry: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(root, file)])),
      formats: ["es"],
      cssFileName: "styles",
    },
    rollupOptions: {
      external: (id) => others.some((name) => id === name || id.startsWith(`${name}/`)),
      output: { chunkFileNames: "chunks/[name].js" },
    },
  },
});

checkNames();
for (const file of ["index.js", "ui.js", "i18n.js", "styles.css"]) {
  const bytes = readFileSync(join(dist, file));
  const gzipped = gzipSync(bytes, { level: 9 }).length;
  process.stdout.write(`calls-react: ${file} ${kilobytes(bytes.length)}, ${kilobytes(gzipped)} gzipped\n`);
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/** Class names are made of file names, so two pieces must not share one. */
function checkNames() {
  const files = readdirSync(join(root, "src"), { recursive: true }).filter((file) =>
    file.endsWith(".module.css"),
  );
  const names = files.map((file) => basename(file));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`Stylesheets of the same name: ${twice.join(", ")}`);
}
