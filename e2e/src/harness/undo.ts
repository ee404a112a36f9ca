import { afterEach } from '@jest/globals';

const actions: (() => Promise<void>)[] = [];

/** Runs after the present test, newest first; all of them run, whatever fails. */
export function afterThisTest(action: () => Promise<void>): void {
  actions.push(action);
}

afterEach(async () => {
  const failures: unknown[] = [];
  for (const action of actions.splice(0).reverse())
    await action().catch((error: unknown) => failures.push(error));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('\n'));
});
