import type { Status } from '@switchyard/plugin-api';
import { askAdmin } from './ask-admin.ts';
import type { Running } from './running.ts';

/**
 * What a running gateway says of itself: `GET /status`.
 * @throws GATEWAY_UNREACHABLE, ADMIN_TOKEN_REQUIRED.
 */
export function readStatus(running: Running): Promise<Status> {
  return askAdmin(running, '/status');
}
