import { MessageChannel } from 'node:worker_threads';

/**
 * Keeps the process running until the returned function is called.
 *
 * The clock's timers do not keep it alive. Without this, a plugin that waits for something that can never come ends
 * the process in silence, before the timeout could name it.
 */
export function keepAlive(): () => void {
  const { port1 } = new MessageChannel();
  // A port with a listener counts as work to be done.
  port1.on('message', () => {});
  return () => port1.close();
}
