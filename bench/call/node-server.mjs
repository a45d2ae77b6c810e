// The reference of `cargo xtask bench call`: socket.io on Node doing the same minimal work as
// the call server does for a relayed candidate: a token per connection, a room per user, a
// membership check per event, an acknowledgement. It keeps nothing and knows no rules.
//
// Environment: BENCH_SECRET (of the HS256 tokens), BENCH_CONVERSATIONS (a JSON file: members by
// conversation).

import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Server } from "socket.io";

const secret = process.env.BENCH_SECRET;
const conversations = new Map(
  Object.entries(JSON.parse(readFileSync(process.env.BENCH_CONVERSATIONS, "utf8"))),
);

/** Members by call. @type {Map<string, Set<string>>} */
const calls = new Map();

/** Whose token it is; nothing for a forged or expired one. @param {unknown} token */
function userOf(token) {
  const [head, body, signature] = String(token).split(".");
  const right = createHmac("sha256", secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature ?? "", "base64url");
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const claims = JSON.parse(Buffer.from(body, "base64url").toString());
  return claims.exp * 1000 > Date.now() ? claims.sub : undefined;
}

const http = createServer();
// Compression is off by default, as in the call server. Times and sizes are the call server's.
const io = new Server(http, {
  serveClient: false,
  pingInterval: 10_000,
  pingTimeout: 8_000,
  maxHttpBufferSize: 256 * 1024,
});

io.use((socket, next) => {
  const user = userOf(socket.handshake.auth.token);
  if (!user) return next(new Error("unauthorized"));
  socket.data.user = user;
  next();
});

io.on("connection", (socket) => {
  const { user } = socket.data;
  socket.join(`user:${user}`);

  socket.on("call:initiate", ({ conversationId, metadata }, ack) => {
    const members = conversations.get(conversationId);
    if (!members?.includes(user)) return ack({ ok: false, error: { code: "forbidden" } });
    const callId = randomUUID();
    calls.set(callId, new Set(members));
    for (const member of members) {
      if (member === user) continue;
      io.to(`user:${member}`).emit("call:incoming", { callId, initiatedBy: user, metadata });
    }
    ack({ ok: true, callId });
  });

  socket.on("call:accept", ({ callId }, ack) => {
    const ok = calls.get(callId)?.has(user) ?? false;
    ack(ok ? { ok } : { ok, error: { code: "call_not_found" } });
  });

  socket.on("call:ice-candidate", ({ callId, targetUserId, candidate }, ack) => {
    const members = calls.get(callId);
    if (!members?.has(user) || !members.has(targetUserId)) {
      return ack({ ok: false, error: { code: "call_not_found" } });
    }
    io.to(`user:${targetUserId}`).emit("call:ice-candidate", {
      callId,
      fromUserId: user,
      candidate,
    });
    ack({ ok: true });
  });
});

http.listen(0, "127.0.0.1", () => {
  process.stdout.write(`listens on http://127.0.0.1:${http.address().port}\n`);
});
process.on("SIGTERM", () => process.exit(0));
