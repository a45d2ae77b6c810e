// Requests as a browser sends them, with everything that came back.

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} body the JSON, or the text when it is none
 * @property {Headers} headers
 */

/**
 * @param {string} url
 * @param {string} method
 * @param {string} path
 * @param {{token?: string, body?: unknown, raw?: string | Uint8Array, headers?: Record<string, string>}} [more]
 *   `body` is sent as JSON, `raw` as it is.
 * @returns {Promise<Answer>}
 */
export async function request(url, method, path, { token, body, raw, headers = {} } = {}) {
  const all = { ...headers };
  if (token !== undefined) all.authorization ??= `Bearer ${token}`;
  if (body !== undefined) all["content-type"] ??= "application/json";
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const answer = await fetch(url + path, { method, headers: all, body: content });
  const text = await answer.text();
  return { status: answer.status, body: parsed(text), headers: answer.headers };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
