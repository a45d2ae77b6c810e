// Writes packages/NAME/NAME.api.md: every public name of a package with its declaration, from the built types.
//
//   node scripts/api-report.mjs [--check] [PACKAGE...]
//
// `--check` writes nothing and fails when a report differs: a change of the public API is then seen in review.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: { check: { type: "boolean", default: false } },
  allowPositionals: true,
});
const packages = resolve(import.meta.dirname, "../packages");
const names = positionals.length > 0 ? positionals : readdirSync(packages).sort();

for (const name of names) {
  const folder = join(packages, name);
  const text = report(folder);
  const file = join(folder, `${name}.api.md`);
  if (!values.check) {
    writeFileSync(file, text);
    process.stdout.write(`${name}: ${text.split("\n").length} lines\n`);
  } else if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    process.stderr.write(
      `${name}: the public API is another one; see it with: node scripts/api-report.mjs\n`,
    );
    process.exitCode = 1;
  }
}

/** The report of a package, one section for each of its entries. */
function report(folder) {
  const { name, exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const sections = Object.entries(exports).flatMap(([path, conditions]) => {
    if (conditions.types === undefined) return [];
    const entry = join(folder, conditions.types);
    if (!existsSync(entry)) throw new Error(`${name} is not built: ${conditions.types} is missing`);
    const title = path === "." ? name : `${name}${path.slice(1)}`;
    const found = [...exportsOf(entry)].sort(([a], [b]) => (a < b ? -1 : 1));
    const blocks = found.map(([exported, { local, text }]) => {
      const as = exported === local ? "" : `// exported as ${exported}\n`;
      return `\`\`\`ts\n${as}${text}\n\`\`\`\n`;
    });
    return [`## ${title}\n\n${blocks.join("\n")}`];
  });
  return `# Public API of ${name}\n\nWritten by \`node scripts/api-report.mjs\` from the built types. Do not edit.\n\n${sections.join("\n")}`;
}

/** The exported names of a declaration file, with the text of what they name. */
function exportsOf(file, seen = new Set()) {
  const found = new Map();
  if (seen.has(file)) return found;
  seen.add(file);
  const statements = statementsOf(file);
  for (const statement of statements) {
    const star = /^export (?:type )?\* from "([^"]+)"/.exec(statement);
    if (star !== null) {
      for (const [name, value] of exportsOf(target(file, star[1]), seen)) found.set(name, value);
      continue;
    }
    const list = /^export (?:type )?\{([^}]*)\}(?: from "([^"]+)")?/.exec(statement);
    if (list !== null) {
      for (const part of list[1].split(",")) {
        const [local, exported] = part
          .trim()
          .replace(/^type /, "")
          .split(" as ");
        if (local === "") continue;
        found.set(exported ?? local, declaration(file, list[2], local));
      }
      continue;
    }
    const standard = /^export default (\w+);/.exec(statement);
    if (standard !== null) {
      found.set("default", declaration(file, undefined, standard[1]));
      continue;
    }
    const own = declared(statement);
    if (own === null || !statement.startsWith("export ")) continue;
    add(found, statement.startsWith("export default ") ? "default" : own, statement);
  }
  return found;
}

/** Overloads, and a type and a value of one name, stand together. */
function add(found, name, statement) {
  const text = statement.replace(/^export (default )?(declare )?/, "");
  const before = found.get(name);
  found.set(name, { local: name, text: before === undefined ? text : `${before.text}\n${text}` });
}

/** What `local` names in `file`, or in the module `from`. */
function declaration(file, from, local) {
  if (from !== undefined) {
    const there = target(file, from);
    const value = there === null ? undefined : exportsOf(there).get(local);
    return value ?? { local, text: `// from "${from}"` };
  }
  const found = new Map();
  for (const statement of statementsOf(file)) {
    if (declared(statement) === local) add(found, local, statement.replace(/^declare /, "export declare "));
  }
  const imported = statementsOf(file)
    .map((statement) => /^import (?:type )?\{([^}]*)\} from "([^"]+)"/.exec(statement))
    .find((match) => match?.[1].split(",").some((part) => part.trim().replace(/^type /, "") === local));
  return found.get(local) ?? declaration(file, imported?.[2] ?? "elsewhere", local);
}

function declared(statement) {
  const pattern =
    /^(?:export )?(?:default )?(?:declare )?(?:abstract )?(?:function|const|let|class|interface|type|enum|namespace) (\w+)/;
  return pattern.exec(statement)?.[1] ?? null;
}

/** The declaration file of a module specifier; null for another package. */
function target(file, specifier) {
  if (!specifier.startsWith(".")) return null;
  return resolve(dirname(file), specifier.replace(/\.js$/, ".d.ts"));
}

/** The statements at the top of a file, without comments and empty lines. */
function statementsOf(file) {
  const text = readFileSync(file, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "");
  const statements = [];
  let depth = 0;
  let current = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    current.push(line.trimEnd());
    depth += brackets(line);
    if (depth === 0 && /[;}]\s*$/.test(line)) {
      statements.push(current.join("\n"));
      current = [];
    }
  }
  if (current.length > 0) statements.push(current.join("\n"));
  return statements;
}

/** Opened minus closed brackets, those in strings left out. */
function brackets(line) {
  const bare = line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, "");
  return [...bare].reduce(
    (sum, sign) => sum + (("{([".includes(sign) && 1) || ("})]".includes(sign) && -1) || 0),
    0,
  );
}
