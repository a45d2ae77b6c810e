// Where the things outside this folder are.

import { fileURLToPath } from "node:url";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The server under test. */
export const SERVER = process.env.AETHEX_TEST_SERVER ?? at("../../../target/debug/aethex-connect");

/** Fills calls with people who do not exist. */
export const LOAD = process.env.AETHEX_TEST_LOAD ?? at("../../../target/debug/aethex-load");

/** Debian's Chromium, unless another one is named. */
export const CHROMIUM = process.env.AETHEX_TEST_CHROMIUM ?? "/usr/bin/chromium";

/** Debian's Firefox ESR, unless another one is named. */
export const FIREFOX = process.env.AETHEX_TEST_FIREFOX ?? "/usr/bin/firefox-esr";

/** Python with what `tests/python/requirements.txt` lists. */
export const PYTHON = process.env.AETHEX_TEST_PYTHON ?? at("../../../target/python-venv/bin/python");

/** A participant with another WebRTC library, told what to do by lines of JSON. */
export const BESIDE_BROWSERS = at("../../../tests/python/beside_browsers.py");

/** Where a run writes; runs at the same time need names of their own. */
const RUN = `../../../target/e2e/${process.env.AETHEX_TEST_RUN ?? "run"}`;

/** Traces and dumps of failed tests. */
export const RESULTS = at(`${RUN}/results`);

/** The test pages as the browser gets them. */
export const BUILT_PAGES = at(`${RUN}/pages`);

/** The sources of the test pages. */
export const PAGES = at("../pages");

/** The probes that run inside pages. */
export const PROBES = at("../probes/index.ts");
