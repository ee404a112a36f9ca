import { readFileSync, statSync } from 'node:fs';
import { decodeText, readingReason } from './decode-text.ts';
import { parseDotenv } from './dotenv.ts';

/** Far more than a process can be given. */
const MAX_BYTES = 1 << 20;

/**
 * The variables that a server's `envFile` sets, or why it cannot be used: in words that hold none of its values.
 * It is read with the configuration, so that these values are known as secrets before anything is told of the server.
 */
export function readEnvFile(file: string): ReadonlyMap<string, string> | { readonly reason: string } {
  let bytes: Uint8Array;
  try {
    const found = statSync(file);
    // Anything else might never end.
    if (!found.isFile()) return { reason: found.isDirectory() ? 'it is a folder' : 'it is no ordinary file' };
    const { size } = found;
    if (size > MAX_BYTES) return { reason: `it has ${size} bytes; at most ${MAX_BYTES} are read` };
    bytes = readFileSync(file);
  } catch (error) {
    return { reason: readingReason(error) };
  }
  const text = decodeText(bytes);
  if (typeof text !== 'string') return text;
  const variables = parseDotenv(text);
  return 'reason' in variables ? { reason: `line ${variables.line} ${variables.reason}` } : variables;
}
