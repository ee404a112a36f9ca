import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '@switchyard/plugin-api';

/** Finds whose token the `Authorization` headers of a request carry; undefined if nobody's. */
export type Bearers = (authorization: readonly string[] | undefined) => string | undefined;

const BEARER = /^Bearer +([\x21-\x7e]+)$/i;

/**
 * Knows tokens by their SHA-256. Every comparison has the same length and all are made, so that time tells neither
 * how much of a token was right nor whose it was like (RFC 6750, 2.1).
 * @param tokens principal → token
 */
export function bearers(tokens: Readonly<Record<string, Secret>>): Bearers {
  const known = Object.entries(tokens).map(([principal, token]) => ({
    principal,
    digest: digest(token.reveal()),
  }));
  return (authorization) => {
    // Two Authorization headers are an attempt to have two readers read two things.
    if (authorization?.length !== 1) return undefined;
    const token = BEARER.exec(authorization[0]!)?.[1];
    if (token === undefined) return undefined;
    const offered = digest(token);
    let found: string | undefined;
    for (const { principal, digest: own } of known) if (timingSafeEqual(offered, own)) found = principal;
    return found;
  };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
