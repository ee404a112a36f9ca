import { setImmediate as nextTurn } from 'node:timers/promises';

/** What GraphQL is made of, what others stand on first. */
const SLICES: readonly (() => Promise<unknown>)[] = [
  () => import('graphql/language/index.js'),
  () => import('graphql/type/index.js'),
  () => import('graphql/execution/index.js'),
  () => import('graphql/validation/index.js'),
  () => import('graphql/utilities/index.js'),
  () => import('graphql'),
  () => import('@graphql-tools/utils'),
  () => import('@graphql-tools/merge'),
  () => import('@graphql-tools/schema'),
  () => import('@graphql-tools/executor'),
  () => import('graphql-yoga'),
  () => import('./load.ts'),
];

/**
 * Loads the libraries one after another, each in its own turn of the event loop. At one go they would hold up the calls
 * that are under way for a quarter of a second; so it is 30 ms at the most.
 */
export async function loadInSlices(): Promise<void> {
  for (const load of SLICES) {
    await load();
    await nextTurn();
  }
}
