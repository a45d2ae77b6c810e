// Time and chance as they are passed in, so that everything can be tested in virtual time.

/** Reads the time, waits, and draws lots. */
export interface Clock {
  /** Milliseconds since the epoch, never going back while the page lives. */
  now(): number;
  /** Calls `action` once after so many milliseconds. Returns the function that prevents it. */
  after(ms: number, action: () => void): () => void;
  /** A number in [0, 1). */
  random(): number;
}

/** The browser's own. `performance` does not jump when somebody sets the wall clock. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
