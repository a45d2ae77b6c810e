// What is asserted again and again.

import assert from "node:assert/strict";

/** A refusal over REST: a problem document with this status and code (RFC 9457). */
export function assertProblem(answer, status, code) {
  const text = `${answer.status} ${JSON.stringify(answer.body)}`;
  assert.equal(answer.status, status, text);
  assert.equal(answer.body?.code, code, text);
  assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/, text);
  assert.equal(answer.body.type, `urn:aethex:error:${code}`);
  assert.equal(answer.body.status, status);
  for (const field of ["title", "detail", "requestId"]) {
    assert.ok(answer.body[field], `${field} in ${text}`);
  }
  assert.equal(typeof answer.body.retryable, "boolean", text);
}

/** A refusal over the socket. */
export function assertRefused(ack, code) {
  const text = JSON.stringify(ack);
  assert.equal(ack?.ok, false, text);
  assert.equal(ack.error?.code, code, text);
  assert.ok(ack.error.message, text);
  assert.equal(typeof ack.error.retryable, "boolean", text);
}

/** The state events about a call were heard in order, without a gap, from the first one. */
export function assertGapless(device, callId, upto) {
  const seqs = device.heard
    .filter((one) => one.data?.callId === callId && typeof one.data.seq === "number")
    .map((one) => one.data.seq);
  const first = seqs[0];
  assert.deepEqual(seqs, seqs.map((_, index) => first + index), "seq without gaps");
  if (upto !== undefined) assert.equal(seqs.at(-1), upto);
  return seqs;
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The keys of an object hold at least these. */
export function assertKeys(object, keys) {
  const missing = keys.filter((key) => !(key in object));
  assert.deepEqual(missing, [], `missing in ${JSON.stringify(object)}`);
}
