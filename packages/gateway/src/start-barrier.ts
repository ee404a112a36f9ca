import type { Router } from '@switchyard/plugin-api';

/**
 * Calls that come while the doors open wait here until the servers are known: they would find none, and a client that
 * reads its lists once would take that for the truth.
 */
export class StartBarrier {
  #lift: () => void = () => {};
  #fail: (error: unknown) => void = () => {};
  #lifted = false;
  readonly #waiting = new Promise<void>((resolve, reject) => {
    this.#lift = resolve;
    this.#fail = reject;
  });

  constructor() {
    // If nobody waits, a failed start is no news here.
    this.#waiting.catch(() => {});
  }

  lift(): void {
    this.#lifted = true;
    this.#lift();
  }

  /** The start failed: whoever waits is told so. */
  fail(error: unknown): void {
    this.#fail(error);
  }

  /** The router behind the barrier: as synchronous as it is, once the barrier is lifted. */
  before(router: Router): Router {
    return {
      name: router.name,
      route: (call) => (this.#lifted ? router.route(call) : this.#waiting.then(() => router.route(call))),
    };
  }
}
