// Every role at every route and event. The lists come from the server's own tables.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { Device } from "./harness/device.mjs";
import { people } from "./harness/people.mjs";
import { request } from "./harness/rest.mjs";
import { sharedServer } from "./harness/suite.mjs";
import { CLIENT_EVENTS, EVENT_ROLES, ROLES, ROUTES, SERVER_EVENTS } from "./matrix.rows.mjs";

const turn = { TURN_SERVER_HOST: "turn.test", TURN_SECRET: "a-turn-secret-of-this-test-only-0123" };
/** The cast. */
let cast;
let key;
const server = sharedServer({ env: turn }, async (started) => {
  const [host, callee, member, outsider, spare] = await people(started, "Hostess", "Callee", "Member", "Outsider", "Spare");
  cast = { host, callee, member, outsider, spare };
  key = await started.apiKey();
});
const read = (path) => readFile(new URL(path, import.meta.url), "utf8");

/** The names between the braces of a generated interface. */
async function eventsOf(name) {
  const text = await read("../../web/packages/calls-client/src/wire/events.ts");
  const [, inside] = new RegExp(`interface ${name} \\{([^]*?)\\n\\}`).exec(text);
  return [...inside.matchAll(/^ {2}"([^"]+)":/gm)].map((match) => match[1]).sort();
}

async function routes() {
  const { paths } = JSON.parse(await read("../../spec/openapi.json"));
  const methods = ["get", "put", "post", "patch", "delete", "head", "options"];
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.filter((method) => method in item).map((method) => `${method.toUpperCase()} ${path}`)).sort();
}

/** A fresh ringing call for one cell. */
async function situation(device) {
  const { host, callee, member } = cast;
  const conversation = await host.group(callee, member);
  const { callId } = await host.calls(conversation, { participantIds: [callee.id], device });
  return { ...cast, conversation, callId };
}

const fits = (cell, got) => cell.split("|").includes(got);

test("there is a row for every route of the document, and no other", async () => {
  assert.deepEqual(Object.keys(ROUTES).sort(), await routes());
});

test("there is a row for every event of a client, and no other", async () => {
  assert.deepEqual(Object.keys(CLIENT_EVENTS).sort(), await eventsOf("ClientEvents"));
});

test("there is a row for every event of the server, and no other", async () => {
  assert.deepEqual(Object.keys(SERVER_EVENTS).sort(), await eventsOf("ServerEvents"));
  for (const [name, row] of Object.entries(SERVER_EVENTS)) {
    if (!Array.isArray(row)) assert.match(await read(`./${row.shownIn}`), new RegExp(`"${name}"`), name);
  }
});

describe("a request", { concurrency: 4 }, () => {
  for (const [route, row] of Object.entries(ROUTES)) {
    const [method, template] = route.split(" ");
    for (const [index, role] of ROLES.entries()) {
      test(`${route} by ${role}: ${row.cells[index]}`, async () => {
        const device = `${route} ${role}`.replace(/[^\x21-\x7e]/g, "-").slice(0, 64);
        const seat = `h-${device}`.slice(0, 64);
        if (row.online) await cast.host.device(seat);
        const w = await situation(seat);
        const who = w[role];
        const values = { callId: w.callId, conversationId: w.conversation, ...row.path?.(w) };
        const path = template.replace(/\{(\w+)\}/g, (_, name) => values[name]) + (row.query?.(w) ?? "");
        const token = role === "nobody" ? undefined : role === "server" ? key : who.token;
        const headers = role === "host" ? { "x-device-id": seat } : { "x-device-id": device };
        const answer = await request(server.url, method, path, { token, headers, body: row.body?.(w, who ?? {}) });
        const got = answer.status < 400 ? String(answer.status) : `${answer.status} ${answer.body.code}`;
        assert.ok(fits(row.cells[index], got), `got ${got}: ${JSON.stringify(answer.body)}`);
        await w.host.rest("POST", `/api/calls/${w.callId}/end`);
      });
    }
  }
});

describe("an event of a client", { concurrency: 4 }, () => {
  test("of nobody is impossible: there is no connection without a token", async () => {
    await assert.rejects(new Device(server.url).connect(), { message: "unauthorized" });
  });

  for (const [event, row] of Object.entries(CLIENT_EVENTS)) {
    for (const [index, role] of EVENT_ROLES.entries()) {
      test(`${event} by ${role}: ${row.cells[index]}`, async () => {
        const device = await cast[role].device(`${event}-${role}`);
        const w = await situation(role === "host" ? device.name : `${event}-of-${role}`);
        const before = await w.host.call(w.callId);
        const ack = await device.emit(event, row.payload(w, w[role]));
        const got = ack.ok ? "ok" : ack.error.code;
        assert.ok(fits(row.cells[index], got), `got ${JSON.stringify(ack)}`);
        const after = await w.host.call(w.callId);
        const named = (call) => ({ ...call, rev: 0, status: 0, participants: call.participants.map((one) => ({ ...one, status: 0 })) });
        if (!ack.ok) assert.deepEqual(named(after), named(before), "a refusal changes nothing");
        await w.host.rest("POST", `/api/calls/${w.callId}/end`);
        device.close();
      });
    }
  }
});

test("an event of the server is heard by those it concerns, and by nobody else", async () => {
  const [host, callee, decliner, late, member, outsider] = await people(server, "Host", "Callee", "Decliner", "Late", "Member", "Outsider");
  const conversation = await host.group(callee, decliner, late, member);
  await outsider.direct(host);
  const at = {
    host: await host.device("host"),
    callee: await callee.device("callee"),
    second: await callee.device("second"),
    decliner: await decliner.device("decliner"),
    late: await late.device("late"),
    member: await member.device("member"),
    outsider: await outsider.device("outsider"),
  };
  const heardBefore = new Map();
  const start = (ring) => at.host.does("call:initiate", { conversationId: conversation, participantIds: [callee.id, decliner.id], ring });

  const { callId } = await start();
  await Promise.all(["callee", "second", "decliner"].map((name) => at[name].until("call:incoming", callId)));
  await at.host.does("call:offer", { callId, targetUserId: callee.id, offer: { type: "offer", sdp: "v=0\r\n" } });
  await at.host.does("call:ice-candidate", { callId, targetUserId: callee.id, candidate: null });
  const seat = await at.callee.does("call:accept", { callId });
  await at.callee.does("call:answer", { callId, targetUserId: host.id, answer: { type: "answer", sdp: "v=0\r\n" } });
  await at.decliner.does("call:reject", { callId });
  await at.host.does("call:invite", { callId, userIds: [late.id] });
  await at.late.until("call:incoming", callId);
  await at.late.does("call:accept", { callId });
  await at.callee.does("call:media", { callId, audioEnabled: false });
  await at.callee.does("call:quality", { callId, grade: "poor" });
  at.host.send("call:end", {});
  await at.host.until("call:error");
  at.callee.drop();
  await at.host.until("call:participant-reconnecting", callId);
  for (const one of at.callee.heard) heardBefore.set(one.name, true);
  at.callee = await callee.device("callee");
  await at.callee.does("call:resume", { callId, resumeToken: seat.resumeToken, lastSeq: seat.seq });
  await at.host.until("call:participant-reconnected", callId);
  await at.callee.does("call:accept", { callId });
  await at.host.does("call:leave", { callId });
  await at.callee.does("call:media", { callId, audioEnabled: true });
  await at.callee.does("call:end", { callId });
  await at.host.until("call:ended", callId);

  const { callId: quiet } = await start("notify");
  await Promise.all(["callee", "second", "decliner"].map((name) => at[name].until("call:state", quiet)));
  await at.host.does("call:invite", { callId: quiet, userIds: [late.id] });
  await at.host.does("call:end", { callId: quiet });
  const { callId: shown } = await at.host.does("call:initiate", { conversationId: conversation, participantIds: [late.id], ring: "notify" });
  await at.late.until("call:state", shown);
  await at.host.does("call:end", { callId: shown });
  for (const device of Object.values(at)) await device.flush();
  const before = at.late.heard;
  at.late.close();
  at.late = await late.device("late");
  await at.late.until("call:missed-unseen");

  const hearers = new Map(Object.keys(SERVER_EVENTS).map((name) => [name, new Set()]));
  for (const [role, device] of Object.entries(at)) {
    const heard = [...device.heard, ...(role === "late" ? before : [])].map((one) => one.name);
    if (role === "callee") heard.push(...heardBefore.keys());
    for (const name of heard.filter((one) => !one.startsWith("("))) {
      assert.ok(hearers.has(name), `${name} has a row`);
      hearers.get(name).add(role);
    }
  }
  for (const [name, row] of Object.entries(SERVER_EVENTS)) {
    if (Array.isArray(row)) {
      const told = [...hearers.get(name)].filter((role) => !(name === "call:missed-unseen" && role !== "late"));
      assert.deepEqual(told.sort(), row, name);
    }
  }
});
