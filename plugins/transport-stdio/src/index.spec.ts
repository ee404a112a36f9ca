import { expect, it } from '@jest/globals';
import type { Host, Transport } from '@switchyard/plugin-api';
import plugin from './index.ts';
import { realClock } from './spec-clock.ts';

it('contributes the transport "stdio", meant by the key "command"', async () => {
  const contributed: unknown[] = [];
  const host: Partial<Host> = {
    contribute: (_point, item) => void contributed.push(item),
    get: <T>() => realClock() as T,
    own: (owned) => owned,
  };
  await plugin.setup(host as Host, undefined);
  const found = (contributed as Transport[]).map(({ kind, keys }) => ({ kind, keys }));
  expect(found).toEqual([{ kind: 'stdio', keys: ['command'] }]);
});
