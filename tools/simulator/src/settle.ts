/** What Node itself calls when a callback of its loop returns: `nextTick` callbacks and microtasks, until none is left. */
const { _tickCallback: tickCallback } = process as unknown as { readonly _tickCallback: () => void };

/**
 * Lets all promises that are settled be heard, at once: no turn of the event loop passes, so that a step costs no system
 * call. It does nothing inside a microtask: whoever drives a simulation is called by the event loop (`ensureSettles`).
 */
export const settle = (): void => tickCallback();

/** Looks once that it does what is believed of it: promises that wait for promises, and what they put off. @throws Error */
export function ensureSettles(): void {
  const links = 1_000;
  let heard = 0;
  let chain = Promise.resolve();
  for (let link = 0; link < links; link += 1)
    chain = chain.then(
      () =>
        new Promise<void>((resolve) =>
          process.nextTick(() => {
            heard += 1;
            resolve();
          }),
        ),
    );
  settle();
  if (heard !== links)
    throw new Error(`of ${links} promises ${heard} were heard: settle() does not settle here`);
}
