/** What Node itself calls when a callback of its loop returns: `nextTick` callbacks and microtasks, until none is left. */
const { _tickCallback: tickCallback } = process as unknown as { readonly _tickCallback: () => void };

/**
 * Lets all promises that are settled be heard, at once: no turn of the event loop passes, so that a step costs no system
 * call. It does nothing inside a microtask; whoever drives a simulation is called by the event loop (`settle.spec`).
 */
export const settle = (): void => tickCallback();
