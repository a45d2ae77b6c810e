// A TURN client (RFC 8489, RFC 8656) over UDP or TCP: requests, and what answers them.

import { createHash, createHmac, randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect } from "node:net";

const COOKIE = Buffer.from("2112a442", "hex");
const METHODS = { binding: 1, allocate: 3, refresh: 4, createPermission: 8 };
const [USERNAME, INTEGRITY, ERROR, LIFETIME, PEER, REALM, NONCE, RELAYED, TRANSPORT, MAPPED] =
  [0x06, 0x08, 0x09, 0x0d, 0x12, 0x14, 0x15, 0x16, 0x19, 0x20];
const PATIENCE = 5_000;
const AGAIN = 500;

const attribute = (kind, value) => {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(kind, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
};

const message = (method, id, body) => {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(METHODS[method], 0);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, COOKIE, id, body]);
};

const seconds = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return attribute(LIFETIME, bytes);
};

const peer = ({ address, port }) => {
  const value = Buffer.alloc(8);
  value.writeUInt16BE(0x0001, 0);
  value.writeUInt16BE(port ^ 0x2112, 2);
  for (const [index, part] of address.split(".").entries()) value[4 + index] = Number(part) ^ COOKIE[index];
  return attribute(PEER, value);
};

function parsed(bytes) {
  const attributes = new Map();
  for (let at = 20; at + 4 <= bytes.length; ) {
    const [kind, length] = [bytes.readUInt16BE(at), bytes.readUInt16BE(at + 2)];
    if (!attributes.has(kind)) attributes.set(kind, bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  const address = (kind) => {
    const value = attributes.get(kind);
    if (value?.[1] !== 1) return undefined;
    const ip = [...value.subarray(4, 8)].map((part, index) => part ^ COOKIE[index]).join(".");
    return { address: ip, port: value.readUInt16BE(2) ^ 0x2112 };
  };
  const error = attributes.get(ERROR);
  return {
    id: bytes.subarray(8, 20).toString("hex"),
    code: error ? error[2] * 100 + error[3] : 200,
    realm: attributes.get(REALM),
    nonce: attributes.get(NONCE),
    relayed: address(RELAYED),
    mapped: address(MAPPED),
  };
}

/** Host, port and transport of a `turn:` URL. */
export function place(url) {
  const [, host, port, transport] = /^turns?:([^:]+):(\d+)\?transport=(\w+)$/.exec(url) ?? [];
  return { host, port: Number(port), transport };
}

export class TurnClient {
  #waiting = new Map();
  #credentials;
  #challenge;

  /** @param {string} url @param {{username: string, credential: string}} [credentials] */
  constructor(url, credentials) {
    this.#credentials = credentials;
    const { host, port, transport } = place(url);
    if (transport === "udp") {
      const socket = createSocket("udp4");
      socket.on("message", (bytes) => this.#arrived(bytes));
      this.write = (bytes) => socket.send(bytes, port, host);
      this.close = () => socket.close();
      this.lossy = true;
    } else {
      const socket = connect({ host, port });
      let rest = Buffer.alloc(0);
      this.closed = new Promise((resolve) => socket.once("close", resolve));
      socket.on("error", () => {});
      socket.on("data", (bytes) => {
        rest = Buffer.concat([rest, bytes]);
        while (rest.length >= 20 && rest.length >= 20 + rest.readUInt16BE(2)) {
          const whole = 20 + rest.readUInt16BE(2);
          this.#arrived(rest.subarray(0, whole));
          rest = rest.subarray(whole);
        }
      });
      this.write = (bytes) => socket.write(bytes);
      this.close = () => socket.destroy();
      this.lossy = false;
    }
  }

  #arrived(bytes) {
    const answer = parsed(bytes);
    this.#waiting.get(answer.id)?.(answer);
  }

  #send(method, attributes) {
    const id = randomBytes(12);
    let body = Buffer.concat(attributes);
    if (this.#challenge) {
      const { realm, nonce } = this.#challenge;
      const { username, credential } = this.#credentials;
      body = Buffer.concat([
        body, attribute(USERNAME, Buffer.from(username)), attribute(REALM, realm), attribute(NONCE, nonce),
      ]);
      const key = createHash("md5").update(`${username}:${realm}:${credential}`).digest();
      const covered = message(method, id, Buffer.concat([body, Buffer.alloc(24)])).subarray(0, 20 + body.length);
      body = Buffer.concat([body, attribute(INTEGRITY, createHmac("sha1", key).update(covered).digest())]);
    }
    const bytes = message(method, id, body);
    return new Promise((resolve, reject) => {
      const again = this.lossy ? setInterval(() => this.write(bytes), AGAIN) : undefined;
      const done = () => {
        clearInterval(again);
        clearTimeout(late);
        this.#waiting.delete(id.toString("hex"));
      };
      const late = setTimeout(() => {
        done();
        reject(new Error(`no answer to ${method}`));
      }, PATIENCE);
      this.#waiting.set(id.toString("hex"), (answer) => {
        done();
        resolve(answer);
      });
      this.write(bytes);
    });
  }

  /** Answers the challenge when there is one. */
  async #request(method, ...attributes) {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#send(method, attributes);
      const challenged = (answer.code === 401 && !this.#challenge) || answer.code === 438;
      if (!challenged || attempt === 2) return answer;
      this.#challenge = { realm: answer.realm, nonce: answer.nonce };
    }
  }

  binding() {
    return this.#request("binding");
  }

  allocate() {
    return this.#request("allocate", attribute(TRANSPORT, Buffer.from([17, 0, 0, 0])));
  }

  refresh(lifetime = 600) {
    return this.#request("refresh", seconds(lifetime));
  }

  permit(address) {
    return this.#request("createPermission", peer(address));
  }
}
