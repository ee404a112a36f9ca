import { open } from 'node:fs/promises';

const CHUNK = 1_048_576;

/**
 * Reads what servers have executed, as it is written: each line once.
 * @param files the execution log of each server, by its name
 */
export async function openExecutionReader(files) {
  const logs = await Promise.all(
    Object.entries(files).map(async ([server, file]) => ({
      server,
      handle: await open(file, 'a+'),
      at: 0,
      rest: '',
    })),
  );
  const buffer = Buffer.alloc(CHUNK);
  return {
    /** Gives each execution that was not given before: (nonce, { server, pid, run }). */
    async read(found) {
      for (const log of logs) {
        for (;;) {
          const { bytesRead } = await log.handle.read(buffer, 0, CHUNK, log.at);
          if (bytesRead === 0) break;
          log.at += bytesRead;
          const lines = (log.rest + buffer.latin1Slice(0, bytesRead)).split('\n');
          log.rest = lines.pop();
          for (const line of lines) {
            const [nonce, pid, run] = line.split('\t');
            found(nonce, { server: log.server, pid: Number(pid), run: Number(run) });
          }
        }
      }
    },
    async close() {
      for (const { handle } of logs) await handle.close();
    },
  };
}
