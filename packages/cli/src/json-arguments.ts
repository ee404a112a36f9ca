import { SwitchyardError } from '@switchyard/plugin-api';

/** More than this is no set of arguments; the gateway takes 4 MiB. */
const MAX_BYTES = 4 * 1024 * 1024;
const SHOWN = 30;

/**
 * The arguments of `--args`: a JSON object, or `-` for one on stdin.
 * @throws USAGE, with a mark under the place where JSON ends being JSON.
 */
export async function jsonArguments(
  flag: string,
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<Readonly<Record<string, unknown>>> {
  const text = flag === '-' ? await readAll(stdin) : flag;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const position = /at position (\d+)/.exec((error as Error).message)?.[1];
    const at = position === undefined ? text.length : Number(position);
    throw new SwitchyardError(
      'USAGE',
      { what: '--args is not JSON' },
      { excerpt: caret(text, at), remedy: EXAMPLE },
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new SwitchyardError('USAGE', { what: '--args must be a JSON object' }, { remedy: EXAMPLE });
}

const EXAMPLE = `--args '{"path": "README.md"}', or --args - to read it from stdin`;

function caret(text: string, at: number): string {
  const from = Math.max(0, at - SHOWN);
  const line = text.slice(from, at + SHOWN).replace(/\s/g, ' ');
  return `${line}\n${' '.repeat(at - from)}^`;
}

async function readAll(stdin: AsyncIterable<Uint8Array | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk as Uint8Array));
    length += chunk.length;
    if (length > MAX_BYTES)
      throw new SwitchyardError('USAGE', { what: `--args - read more than ${MAX_BYTES} bytes` });
  }
  return Buffer.concat(chunks).toString('utf8');
}
