import { open } from 'node:fs/promises';
import path from 'node:path';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { Configuration } from './configuration.ts';
import { decodeText, readingReason } from './decode-text.ts';
import { deepFreeze } from './deep-freeze.ts';
import { parseConfiguration } from './parse-configuration.ts';

/** Nobody wrote a larger one by hand; reading it would only hold up the start. */
const MAX_BYTES = 50 * (1 << 20);
/** Enough to begin with. */
const SMALLEST =
  '{ "mcpServers": { "memory": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-memory"] } } }';

/**
 * Reads and checks a configuration file.
 * @throws CONFIG_UNREADABLE, and what `parseConfiguration` throws.
 */
export async function loadConfiguration(options: {
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
}): Promise<Configuration> {
  const file = path.resolve(options.file);
  const { bytes, mode } = await read(file);
  const text = decode(bytes, path.basename(file));
  const configuration = parseConfiguration(text, { file, folder: path.dirname(file), env: options.env });

  const secret = configuration.warnings.find((warning) => warning.code === 'CONFIG_SECRET_LITERAL');
  if (secret === undefined || (mode & 0o004) === 0 || process.platform === 'win32') return configuration;
  return deepFreeze({
    ...configuration,
    warnings: [...configuration.warnings, readableByAll(file, mode, secret)],
  });
}

async function read(file: string): Promise<{ readonly bytes: Buffer; readonly mode: number }> {
  let reason: string;
  try {
    await using handle = await open(file, 'r');
    const { size, mode } = await handle.stat();
    if (size <= MAX_BYTES) return { bytes: await handle.readFile(), mode };
    reason = `it has ${size} bytes; at most ${MAX_BYTES} are read`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw missing(file);
    reason = readingReason(error);
  }
  throw new SwitchyardError('CONFIG_UNREADABLE', { file, reason });
}

function missing(file: string): SwitchyardError {
  return new SwitchyardError(
    'CONFIG_UNREADABLE',
    { file, reason: 'there is no such file' },
    { remedy: `correct the path, or write the file: ${SMALLEST}` },
  );
}

function decode(bytes: Buffer, name: string): string {
  const text = decodeText(bytes);
  if (typeof text === 'string') return text;
  throw new SwitchyardError('CONFIG_SYNTAX', text, { where: name, remedy: 'save the file as UTF-8' });
}

function readableByAll(file: string, mode: number, secret: SwitchyardError): SwitchyardError {
  const rights = (mode & 0o777).toString(8).padStart(4, '0');
  return new SwitchyardError(
    'CONFIG_SECRET_LITERAL',
    { key: String(secret.details['key']) },
    {
      where: path.basename(file),
      why: `everybody on this machine can read it: the file has mode ${rights}`,
      remedy: `chmod 600 ${path.basename(file)}, or put the secret into the environment and write "$\{NAME}" here`,
    },
  );
}
