// A random key.

/**
 * 128 random bits as hexadecimal digits. `crypto.randomUUID` is missing on pages without https, where a call
 * must still be able to say why it does not work.
 */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
