// The socket as this package needs it: a socket.io-client Socket, typed by its shape.

/**
 * The part of a socket.io-client `Socket` (4.7 or newer) that is used. It is typed by shape, so that
 * the caller's own copy of socket.io-client is used and nothing is bundled twice.
 */
export interface CallSocket {
  readonly connected: boolean;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  /** An emit whose acknowledgement must come within so many milliseconds. */
  timeout(ms: number): { emit(event: string, ...args: unknown[]): unknown };
  /** Connects again after the server closed the connection. */
  connect?(): unknown;
}
