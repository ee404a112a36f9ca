import { isLoopback } from './guards.ts';

/** Where a request came from, as far as limits care. */
export interface ClientAddress {
  /** What its attempts are counted under. */
  readonly key: string;
  /** It is this machine. */
  readonly isLocal: boolean;
}

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Reads the far end of a socket; undefined, as that of a Unix socket, is this machine. An IPv6 address counts as its
 * network of 64 bits: whoever has one address there has all of them.
 */
export function clientAddress(remote: string | undefined): ClientAddress {
  if (remote === undefined) return { key: 'local', isLocal: true };
  const address = MAPPED.exec(remote)?.[1] ?? remote;
  if (isLoopback(address)) return { key: 'local', isLocal: true };
  return { key: address.includes(':') ? networkOf(address) : address, isLocal: false };
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('%')[0]!.toLowerCase().split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}
