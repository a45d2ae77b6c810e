// A TCP link between a browser and the server that can be cut and healed.

import { connect, createServer, type Server as Listener, type Socket } from "node:net";

/** A link on its own loopback port. Media does not go through it. */
export class Link {
  readonly #listener: Listener;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #target: { readonly host: string; readonly port: number } | null = null;
  #whole = true;

  private constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Opens a link that leads nowhere yet. */
  static async open(): Promise<Link> {
    const listener = createServer();
    const link = new Link(listener);
    listener.on("connection", (near) => link.#join(near));
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    return link;
  }

  /** Its near end, for browsers. */
  get url(): string {
    const address = this.#listener.address();
    if (address === null || typeof address === "string") throw new Error("the link is closed");
    return `http://127.0.0.1:${address.port}`;
  }

  /** Where it leads. */
  leadTo(target: { readonly host: string; readonly port: number }): void {
    this.#target = target;
  }

  /** Breaks every connection and refuses new ones until {@link heal}. */
  cut(): void {
    this.#whole = false;
    for (const [near, far] of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    this.#pairs.clear();
  }

  /** Lets connections through again. */
  heal(): void {
    this.#whole = true;
  }

  /** Cuts the link; resolves when it was healed so many milliseconds later. */
  cutFor(ms: number): Promise<void> {
    this.cut();
    return new Promise((resolve) => {
      setTimeout(() => {
        this.heal();
        resolve();
      }, ms);
    });
  }

  /** Closes it for good. */
  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#listener.close(() => resolve()));
  }

  #join(near: Socket): void {
    if (!this.#whole || this.#target === null) {
      near.destroy();
      return;
    }
    const far = connect(this.#target);
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    const part = (): void => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const end of pair) end.on("error", part).on("close", part).setNoDelay(true);
    near.pipe(far).pipe(near);
  }
}
