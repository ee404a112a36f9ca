import type { Log, LogFields } from '@switchyard/plugin-api';

/**
 * What code of a plugin throws where nobody can catch it. A promise that fails unheard is logged, and the gateway goes
 * on. An exception out of a timer or a listener may have left anything half done: the promise resolves, so that the
 * gateway can be ended in order, its servers with it.
 */
export function strayErrors(process: Pick<NodeJS.Process, 'on'>, log: Pick<Log, 'error'>): Promise<void> {
  process.on('unhandledRejection', (reason) => {
    log.error('unhandled rejection: something failed that nobody waited for', factsOf(reason));
  });
  return new Promise((resolve) => {
    process.on('uncaughtException', (error) => {
      log.error('uncaught exception: the gateway ends', factsOf(error));
      resolve();
    });
  });
}

/** With the stack, whatever the level: it is the only trace of whose code it was. */
function factsOf(error: unknown): LogFields {
  return error instanceof Error ? { error, stack: error.stack } : { error: String(error) };
}
