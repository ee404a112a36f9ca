import { SwitchyardError, type Status } from '@switchyard/plugin-api';
import { reach, unreachable } from './http.ts';
import type { Running } from './running.ts';

/**
 * What a running gateway says of itself: `GET /status`.
 * @throws GATEWAY_UNREACHABLE, ADMIN_TOKEN_REQUIRED.
 */
export async function readStatus({ admin, adminToken }: Running): Promise<Status> {
  const url = `${admin}/status`;
  const response = await reach(url, {
    headers: {
      accept: 'application/json',
      ...(adminToken === undefined ? {} : { authorization: `Bearer ${adminToken}` }),
    },
  });
  if (response.status === 401 || response.status === 403) {
    throw new SwitchyardError(
      'ADMIN_TOKEN_REQUIRED',
      {},
      {
        where: url,
        why: adminToken === undefined ? 'none was sent' : 'it was not accepted',
        remedy: 'set SWITCHYARD_ADMIN_TOKEN, or name the state directory that holds it: --state-dir',
      },
    );
  }
  if (!response.ok)
    throw new SwitchyardError('GATEWAY_UNREACHABLE', { url, reason: `HTTP ${response.status}` });
  try {
    return (await response.json()) as Status;
  } catch (error) {
    throw unreachable(url, error);
  }
}
