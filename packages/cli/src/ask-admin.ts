import { SwitchyardError } from '@switchyard/plugin-api';
import { reach, unreachable } from './http.ts';
import type { Running } from './running.ts';

/**
 * What a running gateway answers to an admin route: a `GET`, or a `POST` of `body`.
 * @throws GATEWAY_UNREACHABLE, ADMIN_TOKEN_REQUIRED.
 */
export async function askAdmin<Answer>(
  { admin, adminToken }: Pick<Running, 'admin' | 'adminToken'>,
  path: string,
  body?: object,
): Promise<Answer> {
  const url = `${admin}${path}`;
  const response = await reach(url, {
    headers: {
      accept: 'application/json',
      ...(body && { 'content-type': 'application/json' }),
      ...(adminToken === undefined ? {} : { authorization: `Bearer ${adminToken}` }),
    },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
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
    return (await response.json()) as Answer;
  } catch (error) {
    throw unreachable(url, error);
  }
}
