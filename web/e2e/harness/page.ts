// A page in any of the browsers, by what the tests need of it.

/** The common part of Playwright's and Puppeteer's pages. */
export interface AnyPage {
  /** Runs a function in the page. */
  run<A, R>(work: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
  /** Loads a URL. */
  open(url: string): Promise<void>;
  /** Loads the same page again. */
  reload(): Promise<void>;
  /** What the console said. */
  readonly console: readonly string[];
  /** Closes it, as somebody closes a tab. */
  close(): Promise<void>;
}
