// Clients that break the protocol, do not read, or do not stop: limited or closed, others unaffected.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, test } from "node:test";
import WebSocket from "ws";
import { register, talking } from "./harness/people.mjs";
import { request } from "./harness/rest.mjs";
import { sharedServer } from "./harness/suite.mjs";

const server = sharedServer();
const UNKNOWN = "00000000-0000-7000-8000-0000000000ff";

/** A raw engine.io connection over a WebSocket. */
function raw() {
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
  socket.texts = [];
  socket.on("message", (data) => {
    const text = data.toString();
    socket.texts.push(text);
    if (text === "2" && socket.readyState === WebSocket.OPEN) socket.send("3");
  });
  socket.on("error", () => {});
  socket.closed = new Promise((resolve) => socket.on("close", resolve));
  return new Promise((resolve, reject) => {
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}

async function textOf(socket, wanted) {
  const found = () => socket.texts.find((text) => text.startsWith(wanted));
  while (!found()) await new Promise((resolve) => socket.once("message", resolve));
  return found();
}

async function rawAs(person) {
  const socket = await raw();
  socket.send(`40${JSON.stringify({ token: person.token, deviceId: "raw" })}`);
  await textOf(socket, "40");
  return socket;
}

/** The time of one question and answer, while somebody else misbehaves. */
async function asking(device) {
  const since = performance.now();
  await device.flush();
  return performance.now() - since;
}

const within = (promise, milliseconds, what) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} not within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

const FRAMES = {
  "an unknown packet type": "9",
  "an empty frame": "",
  "text of no protocol": "hello",
  "a socket.io packet of no type": "4",
  "an unknown socket.io type": "49",
  "an event before the connect": '42["call:end",{}]',
  "a connect with half a payload": '40{"token":',
  "a connect to another namespace": "40/admin,",
  "a binary event without its attachments": '451-["call:end",{"_placeholder":true,"num":0}]',
  "an attachment count out of bounds": '45999999999-["x"]',
  "binary": Buffer.from([0, 1, 2, 3, 255]),
};
const FRAMES_CONNECTED = {
  "an event that is no array": '42{"a":1}',
  "an empty event": "42[]",
  "an event named by a number": "42[7]",
  "half an event": '42["call:end"',
  "an event with an ack id out of bounds": '4299999999999999999999999["call:end",{}]',
  "a reserved event name": '42["disconnect"]',
  "a deep event": `42["call:end",${"[".repeat(5_000)}${"]".repeat(5_000)}]`,
  "a binary attachment": '451-["call:end",{"_placeholder":true,"num":0}]',
  "an unasked acknowledgement": "437[1]",
  "a second connect": '40{"token":"x"}',
  "binary": Buffer.alloc(64, 7),
  "text of no protocol": "hello",
  "another upgrade": "5",
};

describe("malformed frames", { concurrency: true }, () => {
  for (const [name, frame] of Object.entries(FRAMES)) {
    test(`${name}, before the login, disturbs nobody`, async () => {
      const witness = await (await register(server)).device();
      const socket = await raw();
      socket.send(frame);
      await asking(witness);
      socket.terminate();
      assert.equal((await request(server.url, "GET", "/healthz")).status, 200);
    });
  }

  for (const [name, frame] of Object.entries(FRAMES_CONNECTED)) {
    test(`${name}, after the login, disturbs nobody and changes nothing`, async () => {
      const { ann, phone, callId } = await talking(server);
      const before = await ann.call(callId);
      const socket = await rawAs(ann);
      socket.send(frame);
      if (name === "a binary attachment") socket.send(Buffer.from([1]));
      await asking(phone);
      socket.terminate();
      assert.deepEqual(await ann.call(callId), before);
    });
  }

  test("a frame above the limit closes the connection", async () => {
    const { ann, phone } = await talking(server);
    const socket = await rawAs(ann);
    socket.send(`42["call:end",{"x":"${"x".repeat(300 * 1024)}"}]`);
    await within(socket.closed, 5_000, "closing");
    await asking(phone);
  });

  test("a polling payload above the limit is refused", async () => {
    const { body } = await request(server.url, "GET", "/socket.io/?EIO=4&transport=polling");
    const { sid } = JSON.parse(body.slice(1));
    const path = `/socket.io/?EIO=4&transport=polling&sid=${sid}`;
    const refused = await request(server.url, "POST", path, { raw: `4${"x".repeat(300 * 1024)}` }).catch(() => ({ status: 0 }));
    assert.ok([0, 400, 413].includes(refused.status), String(refused.status));
  });

  test("nonsense over polling, unknown sessions and two polls at once are refused", async () => {
    const open = async () => JSON.parse((await request(server.url, "GET", "/socket.io/?EIO=4&transport=polling")).body.slice(1)).sid;
    const sid = await open();
    const path = `/socket.io/?EIO=4&transport=polling&sid=${sid}`;
    const posted = await request(server.url, "POST", path, { raw: "nonsense\u001e\u001e9" });
    assert.ok(posted.status === 200 || (posted.status >= 400 && posted.status < 500), String(posted.status));
    for (const bad of ["sid=AAAAAAAAAAAAAAAA", "sid=../../x", "sid="]) {
      const refused = await request(server.url, "GET", `/socket.io/?EIO=4&transport=polling&${bad}`);
      assert.ok(refused.status === 200 || (refused.status >= 400 && refused.status < 500), `${bad} ${refused.status}`);
    }
    const other = await open();
    const twice = `/socket.io/?EIO=4&transport=polling&sid=${other}`;
    await request(server.url, "POST", twice, { raw: "40" });
    const answers = await Promise.all([1, 2].map(() => within(request(server.url, "GET", twice), 15_000, "a poll").catch((error) => error)));
    assert.ok(answers.every((one) => !(one.status >= 500)), answers.map((one) => one.status).join());
  });

  test("a connection that never says who it is, is closed", async () => {
    const socket = await raw();
    await within(socket.closed, 60_000, "closing");
  });
});

describe("slow and endless clients", { concurrency: true }, () => {
  test("headers that never end are cut", async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.on("error", () => {});
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.resume();
    socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    const drip = setInterval(() => socket.writable && socket.write("a"), 1_000);
    await within(closed, 25_000, "closing").finally(() => clearInterval(drip));
    assert.equal((await request(server.url, "GET", "/healthz")).status, 200);
  });

  test("headers above the limit are refused", async () => {
    const answer = await request(server.url, "GET", "/healthz", { headers: { "x-large": "x".repeat(40_000) } }).catch(() => ({ status: 0 }));
    assert.ok([0, 400, 431].includes(answer.status), String(answer.status));
  });

  test("a device that does not read is cut, and the others do not feel it", async () => {
    const { bob, phone, tablet, callId } = await talking(server);
    const witness = await (await register(server, "Witness")).device();
    tablet.socket.io.engine.transport.ws._socket.pause();
    const big = { type: "offer", sdp: `v=0\r\n${"a=x\r\n".repeat(20_000)}` };
    const until = performance.now() + 45_000;
    let slowest = 0;
    let shown = false;
    phone.until("call:participant-reconnecting", callId, { within: 60_000 }).then(() => (shown = true), () => {});
    while (!shown && performance.now() < until) {
      await phone.emit("call:offer", { callId, targetUserId: bob.id, offer: big });
      slowest = Math.max(slowest, await asking(witness));
    }
    assert.ok(shown, "it was cut and shown as reconnecting");
    assert.ok(slowest < 2_000, `the slowest answer to somebody else took ${slowest} ms`);
  });
});

describe("a flood under the usual limits", () => {
  const strict = sharedServer({ settings: { LIMITS: "default" } });

  test("is refused, then disconnected, and others are served meanwhile", async () => {
    const [ann, bob] = [await register(strict), await register(strict, "Bob")];
    const [device, witness] = await Promise.all([ann.device(), bob.device()]);
    let slowest = 0;
    const until = performance.now() + 20_000;
    while (device.socket.connected && performance.now() < until) {
      for (let turn = 0; turn < 500; turn += 1) device.send("call:end", { callId: UNKNOWN });
      slowest = Math.max(slowest, await asking(witness));
    }
    assert.equal(device.socket.connected, false, "it was disconnected");
    assert.ok(slowest < 2_000, `the slowest answer to somebody else took ${slowest} ms`);
    assert.ok(witness.socket.connected);
    await (await ann.device()).flush();
  });

  test("of offers as large as allowed is refused before it is passed on", async () => {
    const { bob, phone, tablet, callId } = await talking(strict);
    const big = { type: "offer", sdp: `v=0\r\n${"a=x\r\n".repeat(30_000)}` };
    const acks = [];
    for (let turn = 0; turn < 12; turn += 1) acks.push(await phone.emit("call:offer", { callId, targetUserId: bob.id, offer: big }));
    assert.equal(acks.filter((ack) => ack.ok).length, 5);
    await tablet.untilCount("call:offer", 5);
  });
});
