import type { ConnectionView, ProcessUsage, ServerTransition, ServerView } from '@switchyard/plugin-api';
import { problemLines } from './error-report.ts';
import { labelled } from './labelled.ts';
import { printable } from './printable.ts';
import { mark, phaseWord } from './server-lines.ts';
import type { Side } from './terminal.ts';
import { bytes, counted, lasting, took } from './words.ts';

/** Changes of phase that are shown; `--json` has all that are kept. */
const SHOWN = 10;

/**
 * All that is known of one server: what is so and what is not, its process, its connections, and how it came to this.
 * @param now milliseconds since 1970
 */
export function serverDetails(
  server: ServerView,
  now: number,
  { paint }: Pick<Side, 'paint'>,
): readonly string[] {
  const { name, phase, desired, where, conditions, connections, transitions, problem } = server;
  const row = (label: string, text: string): readonly string[] =>
    text === '' ? [] : labelled(label, text, { paint }, 12);
  const earlier = transitions.length - SHOWN;
  const history = [
    ...(earlier > 0 ? [`… ${counted(earlier, 'earlier change')} in --json`] : []),
    ...historyTexts(transitions.slice(-SHOWN), name, now),
  ];
  return [
    `${mark(phase, paint)} ${paint.bold(printable(name))}  ${phaseWord(phase)} for ${lasting(now - server.since)}  (wanted: ${desired})  ${where ?? ''}`.trimEnd(),
    ...row(
      'conditions',
      conditions.map(({ type, status, reason }) => `${pascal(type)}=${pascal(status)}(${reason})`).join('  '),
    ),
    ...row('process', processText(server, now)),
    ...row('uses', usageText(server.usage)),
    ...row('speaks', speaksText(server)),
    ...row('catalog', catalogText(server)),
    ...row(
      'connections',
      connections.length < 2 ? '' : connections.map((each) => connectionText(each, now)).join('\n'),
    ),
    ...row('history', history.join('\n')),
    ...(problem === undefined ? [] : problemLines(problem, paint, '  ')),
  ];
}

function processText(server: ServerView, now: number): string {
  const { target, pid, connections, restarts, failures, retryAt, inFlight, dropped, readyAfterMs } = server;
  const startedAt = connections[0]?.startedAt;
  return [
    target,
    pid === undefined ? undefined : `pid ${pid}`,
    startedAt === undefined ? undefined : `up ${lasting(now - startedAt)}`,
    readyAfterMs === undefined ? undefined : `ready in ${took(readyAfterMs)}`,
    counted(restarts, 'restart'),
    failures === 0 ? undefined : `${counted(failures, 'failure')} in a row`,
    retryAt === undefined ? undefined : `next attempt ${clockTime(retryAt)}`,
    inFlight === 0 ? undefined : `${counted(inFlight, 'call')} in flight`,
    dropped === 0 ? undefined : `${counted(dropped, 'message')} dropped`,
  ]
    .filter((part) => part !== undefined)
    .join('  ');
}

function usageText(usage: ProcessUsage | undefined): string {
  if (usage === undefined) return '';
  const { processes, residentBytes, cpuSeconds, threads, descriptors } = usage;
  return [
    processes === 1 ? '1 process' : `${processes} processes`,
    bytes(residentBytes),
    `${cpuSeconds < 60 ? took(cpuSeconds * 1_000) : lasting(cpuSeconds * 1_000)} cpu`,
    counted(threads, 'thread'),
    counted(descriptors, 'descriptor'),
  ].join('  ');
}

function speaksText({ transport, protocolVersion, serverInfo }: ServerView): string {
  if (protocolVersion === undefined) return transport ?? '';
  const who = serverInfo === undefined ? '' : `  ${serverInfo.name} ${serverInfo.version}`;
  return `${transport ?? ''}  MCP ${protocolVersion}${who}`;
}

function catalogText({ catalog, remembered, subscriptions }: ServerView): string {
  const { tools, prompts, resources, resourceTemplates } = catalog;
  return [
    counted(tools, 'tool'),
    counted(prompts, 'prompt'),
    counted(resources, 'resource'),
    counted(resourceTemplates, 'template'),
    ...(subscriptions === 0 ? [] : [counted(subscriptions, 'subscription')]),
    ...(remembered ? ['remembered from an earlier run'] : []),
  ].join('  ');
}

function connectionText(
  { key, phase, since, pid, usage, inFlight, retryAt }: ConnectionView,
  now: number,
): string {
  return [
    `${key}  ${phaseWord(phase)} for ${lasting(now - since)}`,
    ...(pid === undefined ? [] : [`pid ${pid}`]),
    ...(usage === undefined ? [] : [bytes(usage.residentBytes)]),
    ...(inFlight === 0 ? [] : [`${counted(inFlight, 'call')} in flight`]),
    ...(retryAt === undefined ? [] : [`next attempt ${clockTime(retryAt)}`]),
  ].join('  ');
}

/** A line for each change; where one was on another day it says so. What earlier runs of the gateway saw is set off. */
function historyTexts(
  transitions: readonly ServerTransition[],
  server: string,
  now: number,
): readonly string[] {
  const today = dayOf(now);
  return transitions.flatMap((each, index) => {
    const text = transitionText(each, server);
    const line = dayOf(each.at) === today ? text : `${dayOf(each.at)} ${text}`;
    return each.earlier && !transitions[index + 1]?.earlier
      ? [line, '– the gateway was started anew –']
      : [line];
  });
}

/** `14:02:11  ready → backoff  lost: the server exited with code 1 (SWY-E206)  attempt 3, next 14:02:19` */
function transitionText(
  { at, from, to, event, code, cause, attempt, retryAt }: ServerTransition,
  server: string,
): string {
  const own = `${server}: `;
  const sentence = cause?.startsWith(own) ? cause.slice(own.length) : cause;
  const why = sentence === undefined ? '' : `: ${sentence}${code === undefined ? '' : ` (${code})`}`;
  const next = retryAt === undefined ? '' : `, next ${clockTime(retryAt)}`;
  const waiting = attempt === undefined ? '' : `  attempt ${attempt}${next}`;
  return `${clockTime(at)}  ${phaseWord(from)} → ${phaseWord(to)}  ${event}${why}${waiting}`;
}

/** The day here: `2026-01-31`. */
function dayOf(at: number): string {
  const date = new Date(at);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The time of day here: `14:02:11`. */
function clockTime(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

/** `process_up` as people know it from other tools: `ProcessUp`. */
function pascal(word: string): string {
  return word.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
