import { lstat } from 'node:fs/promises';
import { expect } from '@jest/globals';
import type { Problem } from '@switchyard/plugin-api';
import type { Gateway } from '../harness/gateway.ts';
import type { ServeEvent } from '../harness/event-log.ts';
import type { Message } from '../harness/rpc.ts';
import { linesOf } from '../harness/lines-of.ts';
import { within } from '../harness/within.ts';
import { FAULTY, type Place } from './fault.ts';

/** What a call may come to when its server fails. */
export interface Failure {
  readonly code: string;
  readonly executed: 'no' | 'yes' | 'unknown';
  readonly says?: string | RegExp;
}

/** Each of these is that failure. Returns a sentence about it. */
export function expectFailed(answers: readonly Message[], { code, executed, says = '' }: Failure): string {
  for (const { error } of answers) {
    expect(error).toMatchObject({ data: { code, executed, server: FAULTY } });
    expect(error?.message).toMatch(says);
  }
  return `${answers.length} of ${answers.length} ${answers.length === 1 ? 'call' : 'calls'} answered ${code}, executed ${executed}`;
}

/** Each of these has a result. Returns a sentence about it. */
export function expectResults(answers: readonly Message[]): string {
  for (const answer of answers) expect(answer).toMatchObject({ result: { content: expect.anything() } });
  return `${answers.length} of ${answers.length} calls succeed`;
}

/** The first word of what is wrong with the failing server, as everybody can read it. */
export async function told(gateway: Gateway, code: string): Promise<Problem> {
  const { problem } = await gateway.log.find(
    `${code} of the failing server`,
    ({ name, problem }) => name === FAULTY && (problem as Problem | undefined)?.code === code,
  );
  return problem as Problem;
}

/** How many milliseconds something took, with what it came to. */
export async function timed<T>(wait: Promise<T> | (() => Promise<T>)): Promise<[T, number]> {
  const beganAt = performance.now();
  const value = await (typeof wait === 'function' ? wait() : wait);
  return [value, performance.now() - beganAt];
}

/** Resolves when the failing server is ready for the `nth` time. */
export async function readyTimes(gateway: Gateway, nth: number): Promise<void> {
  const isReady = ({ event, name, phase }: ServeEvent) =>
    event === 'server' && name === FAULTY && phase === 'ready';
  await gateway.log.find(`ready for the ${nth}th time`, (event) => {
    if (!isReady(event)) return false;
    const until = gateway.log.events.indexOf(event) + 1;
    return gateway.log.events.slice(0, until).filter(isReady).length === nth;
  });
}

/** Resolves when the failing server has written down that it executes this call. */
export async function executed({ logOf }: Place, nonce: string): Promise<void> {
  const wait = async () => {
    while (!(await linesOf(logOf(FAULTY))).some((line) => line.startsWith(`${nonce}\t`))) await passed(5);
  };
  await within(30_000, `execution of ${nonce}`, wait());
}

/** Resolves when this file of /proc is not there any more. */
export async function isGone(file: string): Promise<void> {
  const wait = async () => {
    for (;;) {
      const found = await lstat(file).catch(() => undefined);
      if (!found) return;
      await passed(5);
    }
  };
  await within(30_000, `end of ${file}`, wait());
}

/** The passing of time is what is waited for; nothing else tells of it. */
export async function passed(ms: number, since = Date.now()): Promise<void> {
  while (Date.now() - since < ms) await new Promise((resolve) => setTimeout(resolve, 5));
}
