// Writes a .gz beside every text file of the build, and prints what travels.

import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";

const TEXT = /\.(css|html|js|json|svg|txt|webmanifest)$/;
/** Smaller files gain nothing, in bytes. */
const WORTH_IT = 512;

const folder = new URL("../dist/", import.meta.url).pathname;

function* filesIn(path) {
  for (const name of readdirSync(path).sort()) {
    const file = join(path, name);
    if (statSync(file).isDirectory()) yield* filesIn(file);
    else yield file;
  }
}

let total = 0;
for (const file of [...filesIn(folder)]) {
  if (file.endsWith(".gz")) {
    rmSync(file);
    continue;
  }
  const bytes = readFileSync(file);
  const worth = TEXT.test(file) && bytes.length >= WORTH_IT;
  // The header of gzip holds neither a name nor a time here: the same bytes give the same file.
  const packed = worth ? gzipSync(bytes, { level: 9 }) : bytes;
  // index.html is changed with every answer (its nonce) and goes as it is.
  if (worth && !file.endsWith("index.html")) writeFileSync(`${file}.gz`, packed);
  total += packed.length;
  process.stdout.write(
    `${relative(folder, file).padEnd(48)} ${kilobytes(bytes.length)} kB  ${kilobytes(packed.length)} kB gz\n`,
  );
}
process.stdout.write(`${"together".padEnd(48)} ${" ".repeat(8)}    ${kilobytes(total)} kB gz\n`);

function kilobytes(bytes) {
  return (bytes / 1000).toFixed(1).padStart(8);
}
