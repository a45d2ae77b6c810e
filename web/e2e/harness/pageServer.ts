// Serves the test pages from an origin of their own, as a product that embeds calls has one.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, extname, join } from "node:path";
import { BUILT_PAGES } from "./paths.js";

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

/** A small web server with the test pages. */
export interface PageServer {
  /** Its origin. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function servePages(host = "127.0.0.1"): Promise<PageServer> {
  const server = createServer((request, response) => {
    const name = basename(new URL(request.url ?? "/", "http://pages").pathname);
    const type = TYPES[extname(name)];
    const found =
      type === undefined ? Promise.reject(new Error("unknown")) : readFile(join(BUILT_PAGES, name));
    found.then(
      (content) => response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(content),
      // Browsers ask for an icon; an error in the console would be noise in every report.
      () => response.writeHead(name === "favicon.ico" ? 204 : 404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no address");
  return {
    url: `http://${host}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
