/** What the gateway reads when it reads its configuration: in the place of `node:fs/promises` (bundle.mjs). */
export const files = new Map<string, string>();

/** As much of a file as is asked for. */
export async function open(path: string) {
  const text = files.get(path);
  if (text === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
  const bytes = Buffer.from(text);
  return {
    stat: async () => ({ size: bytes.length, mode: 0o600 }),
    readFile: async () => bytes,
    [Symbol.asyncDispose]: async () => {},
  };
}
