// People with accounts, their conversations and their devices.

import { randomUUID } from "node:crypto";
import assert from "node:assert/strict";
import { Device } from "./device.mjs";
import { request } from "./rest.mjs";

export const PASSWORD = "correct horse battery staple 7";

const devices = new Set();

/** Closes every socket that a test file opened. */
export function hangUpAll() {
  for (const device of devices) device.socket.disconnect();
  devices.clear();
}

export class Person {
  constructor(server, session) {
    this.server = server;
    this.id = session.user.id;
    this.name = session.user.name;
    this.identifier = session.user.identifier;
    this.token = session.accessToken;
    this.refreshToken = session.refreshToken;
  }

  /** A request in this person's name. `device` names the device it comes from. */
  rest(method, path, { device, headers = {}, ...more } = {}) {
    const all = device ? { "x-device-id": device, ...headers } : headers;
    return request(this.server.url, method, path, { token: this.token, headers: all, ...more });
  }

  /** A request that must end well; its body. */
  async does(method, path, body, more = {}) {
    const answer = await this.rest(method, path, { body, ...more });
    const text = `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`;
    assert.ok(answer.status >= 200 && answer.status < 300, text);
    return answer.body;
  }

  /** A device that is not connected yet. `null` as name: as a founding client, without one. */
  away(name = randomUUID(), how = {}) {
    const auth = { token: this.token, ...(name === null ? {} : { deviceId: name }) };
    const device = new Device(this.server.url, { auth, ...how });
    device.name = name ?? undefined;
    device.person = this;
    devices.add(device);
    return device;
  }

  /** A connected device. */
  async device(name, how) {
    return this.away(name, how).connect();
  }

  direct(other) {
    const body = { kind: "direct", memberIds: [other.id] };
    return this.does("POST", "/api/conversations", body).then((made) => made.conversation.id);
  }

  group(...others) {
    const memberIds = others.map((other) => other.id);
    const body = { kind: "group", title: "Group", memberIds };
    return this.does("POST", "/api/conversations", body).then((made) => made.conversation.id);
  }

  /** Starts a call over REST. */
  async calls(conversationId, { device, ...more } = {}) {
    return this.does("POST", "/api/calls/initiate", { conversationId, ...more }, { device });
  }

  /** The call as the server knows it. */
  async call(callId) {
    return (await this.does("GET", `/api/calls/${callId}`)).call;
  }

  /** This person's part in a call. */
  async part(callId, who = this) {
    const call = await this.call(callId);
    return call.participants.find((one) => one.userId === who.id);
  }

  async history() {
    return (await this.does("GET", "/api/calls")).items;
  }

  async missed() {
    return (await this.does("GET", "/api/calls/missed")).items;
  }
}

/** An address of its own for every new account: one address may make a few only. */
const somewhere = () => `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}::1`;

/** Makes an account. */
export async function register(server, name = "Ann") {
  const email = `${name.toLowerCase().replace(/[^a-z0-9]/g, "")}.${randomUUID()}@example.com`;
  const body = { email, password: PASSWORD, name };
  const headers = { "x-forwarded-for": somewhere() };
  const answer = await request(server.url, "POST", "/api/auth/register", { body, headers });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return new Person(server, answer.body);
}

/** Makes accounts for several names. */
export function people(server, ...names) {
  return Promise.all(names.map((name) => register(server, name)));
}

/** Two people with a direct conversation. */
export async function couple(server) {
  const [ann, bob] = await people(server, "Ann", "Bob");
  return { ann, bob, conversation: await ann.direct(bob) };
}

/** Two people, a device each, and a call between them that was answered. */
export async function talking(server, { type } = {}) {
  const { ann, bob, conversation } = await couple(server);
  const [phone, tablet] = await Promise.all([ann.device(), bob.device()]);
  const begun = await phone.does("call:initiate", { conversationId: conversation, type });
  const { callId } = begun;
  await tablet.until("call:incoming", callId);
  const accepted = await tablet.does("call:accept", { callId });
  await phone.until("call:accepted", callId);
  return { ann, bob, conversation, phone, tablet, callId, begun, accepted };
}

/** Several people in a group, a device each, all in one call that the first one started. */
export async function meeting(server, ...names) {
  const everybody = await people(server, ...names);
  const [host, ...others] = everybody;
  const conversation = await host.group(...others);
  const devices = await Promise.all(everybody.map((one) => one.device()));
  const { callId } = await devices[0].does("call:initiate", { conversationId: conversation });
  for (const device of devices.slice(1)) {
    await device.until("call:incoming", callId);
    await device.does("call:accept", { callId });
  }
  return { everybody, devices, conversation, callId };
}
