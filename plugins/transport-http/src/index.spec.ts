import { expect, it } from '@jest/globals';
import type { Host, Transport } from '@switchyard/plugin-api';
import plugin from './index.ts';

it('contributes the transport "http" for servers elsewhere, meant by a URL', async () => {
  const contributed: unknown[] = [];
  const host: Pick<Host, 'contribute' | 'get'> = {
    contribute: (_point, item) => void contributed.push(item),
    get: () => ({ next: () => 0 }) as never,
  };
  await plugin.setup(host as Host, undefined);
  const found = (contributed as Transport[]).map(({ kind, keys, remote }) => ({ kind, keys, remote }));
  expect(found).toEqual([{ kind: 'http', keys: ['url', 'serverUrl', 'httpUrl'], remote: true }]);
});
