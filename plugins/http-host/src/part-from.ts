import type { Socket } from 'node:net';
import type { Clock } from '@switchyard/plugin-api';

/**
 * Closes connections once what was written to them is sent, whatever else is under way on them.
 * @param ms after so long they are destroyed: a client that does not read must not keep its own.
 */
export function partFrom(sockets: readonly Socket[], clock: Clock, ms: number): void {
  const left = new Set(sockets.filter(({ destroyed }) => !destroyed));
  if (left.size === 0) return;
  const cancelTimer = clock.after(ms, () => {
    for (const socket of left) socket.destroy();
  });
  for (const socket of left) {
    socket.once('close', () => {
      left.delete(socket);
      if (left.size === 0) cancelTimer();
    });
    socket.destroySoon();
  }
}
