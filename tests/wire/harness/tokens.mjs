// Tokens as a host product makes them, and as an attacker does.

import { createHmac } from "node:crypto";

const encoded = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/**
 * A signed token (RFC 7519).
 * @param {string} secret
 * @param {object} claims
 * @param {object} [header]
 */
export function jwt(secret, claims, header = {}) {
  const signed = `${encoded({ alg: "HS256", typ: "JWT", ...header })}.${encoded(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

export const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());

/** Seconds since 1970, `offset` from now. */
export const seconds = (offset = 0) => Math.floor(Date.now() / 1_000) + offset;

/** The token with another claim and the old signature. */
export function altered(token, change) {
  const [header, , signature] = token.split(".");
  return [header, encoded({ ...claimsOf(token), ...change }), signature].join(".");
}

/** The token without a signature, as the algorithm `none` has it. */
export function unsigned(token) {
  return `${encoded({ alg: "none", typ: "JWT" })}.${token.split(".")[1]}.`;
}
