// The product's own server: its people, its sessions, and tokens for the call server.

import { createHmac, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("dist", import.meta.url));
const port = Number(process.env.PORT ?? 3000);
/** How browsers reach the call server, and the two secrets the product shares with it. */
const callsUrl = required("CALLS_URL");
const jwtSecret = required("CALLS_JWT_SECRET");
const apiKey = required("CALLS_API_KEY");

/** The product's people: `id` is what it calls them itself. */
const people = new Map([
  ["ann", { id: "teamroom-1", name: "Ann", email: "ann@example.com" }],
  ["bob", { id: "teamroom-2", name: "Bob", email: "bob@example.com" }],
]);
/** Session cookie -> name. */
const sessions = new Map();
const conversationId = process.env.CONVERSATION_ID ?? "7d0cfd3e-33f5-4f0a-9a43-0a5a2f4a7a10";
let members = null;

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token that the call server verifies with the shared secret: who, under which name, for fifteen minutes. */
function tokenFor(person) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: person.id, name: person.name, email: person.email, iat: now, exp: now + 900 };
  const signed = `${encoded({ alg: "HS256", typ: "JWT" })}.${encoded(claims)}`;
  return `${signed}.${createHmac("sha256", jwtSecret).update(signed).digest("base64url")}`;
}

/** Tells the call server who may call whom in this room, and learns how it names these people. */
async function announceRoom() {
  const answer = await fetch(`${callsUrl}/api/conversations/${conversationId}`, {
    method: "PUT",
    headers: { "content-type": "application/json", "x-api-key": apiKey },
    body: JSON.stringify({
      kind: "direct",
      members: [...people.values()].map(({ id, name, email }) => ({ externalId: id, name, email })),
    }),
  });
  if (!answer.ok) throw new Error(`The call server answered ${answer.status}: ${await answer.text()}`);
  const { conversation } = await answer.json();
  return conversation.members;
}

async function respond(request) {
  const { pathname } = new URL(request.url, "http://product");
  const cookie = /(?:^|;\s*)session=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
  if (request.method === "POST" && pathname === "/api/session") return signIn(await bodyOf(request));
  if (request.method === "POST" && pathname === "/api/calls-token") {
    const person = people.get(sessions.get(cookie));
    return person === undefined ? json(401, { error: "Sign in first." }) : json(200, { token: tokenFor(person) });
  }
  return file(pathname === "/" ? "/index.html" : pathname);
}

async function signIn({ name }) {
  const person = people.get(name);
  if (person === undefined) return json(404, { error: "There is nobody of that name." });
  members ??= await announceRoom();
  const session = randomUUID();
  sessions.set(session, name);
  const named = members.map(({ userId, userName }) => ({ userId, userName }));
  const me = named.find((one) => one.userName === person.name);
  const others = named.filter((one) => one !== me);
  const headers = { "set-cookie": `session=${session}; HttpOnly; SameSite=Lax; Path=/` };
  return json(200, { callsUrl, me, others, conversationId }, headers);
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString() || "{}");
}

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css" };

async function file(pathname) {
  const path = join(dist, normalize(pathname));
  if (!path.startsWith(dist)) return json(404, { error: "Not found." });
  try {
    return { status: 200, headers: { "content-type": TYPES[extname(path)] ?? "" }, body: await readFile(path) };
  } catch {
    return json(404, { error: "Not found. Was the example built (npm run build)?" });
  }
}

function json(status, value, headers = {}) {
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}

function required(name) {
  const value = process.env[name];
  if (value !== undefined) return value;
  process.stderr.write(`Set ${name}; see docs/embedding.md.\n`);
  process.exit(1);
}

const server = createServer((request, response) => {
  respond(request).then(
    ({ status, headers, body }) => response.writeHead(status, headers).end(body),
    (error) => response.writeHead(500, { "content-type": "text/plain" }).end(String(error)),
  );
});
server.listen(port, "127.0.0.1", () => {
  process.stdout.write(`Teamroom: http://127.0.0.1:${server.address().port}/?as=ann and /?as=bob\n`);
});
