import type { OpenEndpoint, Store } from '@switchyard/plugin-api';

/** The entry of the state directory by which other processes find a running gateway. */
const NAME = 'instance.json';

/** How to reach a running gateway. */
export interface Instance {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly runId: string;
  readonly endpoints: readonly OpenEndpoint[];
  /** Where admin routes are served: `http://127.0.0.1:4620`. */
  readonly admin?: string;
}

/** Leaves word of this run. */
export async function rememberInstance(store: Store | undefined, instance: Instance): Promise<void> {
  await store?.put(NAME, Buffer.from(JSON.stringify(instance, undefined, 2)));
}

/** Takes the word back, unless another run left its own meanwhile. */
export async function forgetInstance(store: Store | undefined, runId: string): Promise<void> {
  const entry = await store?.get(NAME);
  if (entry && isOwn(entry.bytes, runId)) await store?.delete(NAME);
}

function isOwn(bytes: Uint8Array, runId: string): boolean {
  try {
    return (JSON.parse(Buffer.from(bytes).toString()) as Partial<Instance>).runId === runId;
  } catch {
    // Spoilt by somebody: it leads nobody to us, and to nobody else.
    return true;
  }
}
