/** The type of a node and what finds it again. */
export interface NodeRef {
  readonly type: string;
  readonly keys: readonly string[];
}

/** An id that is opaque to whoever holds it, and the same after a restart. */
export function globalId(type: string, ...keys: readonly string[]): string {
  return Buffer.from(JSON.stringify([type, ...keys])).toString('base64url');
}

/** Undefined if it is none of ours. */
export function readGlobalId(id: string): NodeRef | undefined {
  const words = readWords(id);
  const [type, ...keys] = words ?? [];
  if (type === undefined || keys.length === 0) return undefined;
  // One node, one id: what merely decodes to the same is none.
  return globalId(type, ...keys) === id ? { type, keys } : undefined;
}

/** The list of texts that an opaque text stands for. */
function readWords(opaque: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(opaque, 'base64url').toString());
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
