import { expect, it } from '@jest/globals';
import type { Host, Transport } from '@switchyard/plugin-api';
import plugin from './index.ts';

it('contributes the transport "stdio", meant by the key "command"', async () => {
  const contributed: unknown[] = [];
  const host: Pick<Host, 'contribute'> = { contribute: (_point, item) => void contributed.push(item) };
  await plugin.setup(host as Host, undefined);
  const found = (contributed as Transport[]).map(({ kind, keys }) => ({ kind, keys }));
  expect(found).toEqual([{ kind: 'stdio', keys: ['command'] }]);
});
