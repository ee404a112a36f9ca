import path from 'node:path';
import { LAUNCHERS, type Launcher, type Wanted } from './launchers.ts';

/** How an entry starts its server through a program that fetches it first. */
export interface Launch {
  /** `npx`, `docker run` */
  readonly launcher: string;
  /** What leads to its options, as `args` begin: none of the entry's own values. */
  readonly leading: readonly string[];
  /** The options that ought to be among them and are not. */
  readonly missing: readonly Wanted[];
}

/** Recognises a launcher, by whatever path it is called, and behind `cmd /c`. Undefined: the command is none. */
export function launchOf(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, unknown>>,
): Launch | undefined {
  const { program, words, before } = unwrapped(command, args);
  const launcher = Object.hasOwn(LAUNCHERS, program) ? LAUNCHERS[program] : undefined;
  if (launcher === undefined) return undefined;

  const start = launcher.ways === undefined ? 0 : afterWay(words, launcher);
  if (start === undefined) return launcher.fetches && { launcher: program, leading: before, missing: [] };
  const way = words.slice(0, start).filter((word) => launcher.ways?.flat().includes(word));
  const { options, runs } = ownOptions(words.slice(start), launcher);
  const isAnswered = Object.keys(env).some((name) => name.toLowerCase() === 'npm_config_yes');
  return {
    launcher: [program, ...way].join(' '),
    leading: [...before, ...way],
    missing: (launcher.wanted ?? []).filter(
      ({ spellings }) =>
        runs && !spellings.some((each) => options.has(each)) && !(isAnswered && spellings[0] === '-y'),
    ),
  };
}

function unwrapped(command: string, args: readonly string[]) {
  const program = programOf(command);
  const at = args.findIndex((word) => /^\/[ck]$/i.test(word));
  if (program !== 'cmd' || at === -1) return { program, words: args, before: [] };
  // What is behind /c may also be one argument.
  const words = args.slice(at + 1).flatMap((word) => word.split(/\s+/).filter(Boolean));
  const inner = programOf(words[0] ?? '');
  return { program: inner, words: words.slice(1), before: ['/c', inner] };
}

function programOf(command: string): string {
  return path.win32
    .basename(command)
    .toLowerCase()
    .replace(/\.(cmd|exe|bat|ps1)$/, '');
}

/** Where the options of the way begin that the words take; undefined where they take none. */
function afterWay(words: readonly string[], launcher: Launcher): number | undefined {
  let at = 0;
  while (words[at]?.startsWith('-')) at += takesNext(words[at]!, launcher) ? 2 : 1;
  for (const way of launcher.ways ?? []) {
    if (way.every((word, index) => words[at + index] === word)) return at + way.length;
  }
  return undefined;
}

/** The launcher's own options, and whether there is anything behind them that it runs. */
function ownOptions(words: readonly string[], launcher: Launcher) {
  const options = new Set<string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === '--') return { options, runs: true };
    if (!word.startsWith('-')) {
      if (!launcher.loose) return { options, runs: true };
      continue;
    }
    for (const option of spelled(word, launcher)) options.add(option);
    if (takesNext(word, launcher)) at += 1;
  }
  return { options, runs: launcher.loose ? words.some((word) => !word.startsWith('-')) : false };
}

/** `-it` is `-i` and `-t`, and `-ei` is `-e` alone; an option that is turned off is none. */
function spelled(word: string, { alone }: Launcher): readonly string[] {
  const [name, value] = word.split('=', 2) as [string, string?];
  if (value === 'false') return [];
  if (name.startsWith('--')) return [name];
  const letters = [...name.slice(1)].map((letter) => `-${letter}`);
  const valued = letters.findIndex((letter) => !alone.includes(letter));
  return valued === -1 ? letters : letters.slice(0, valued + 1);
}

/** Whether the next word is the value of this one. */
function takesNext(word: string, { alone }: Launcher): boolean {
  if (word.includes('=')) return false;
  if (word.startsWith('--')) return !alone.includes(word);
  const letters = [...word.slice(1)].map((letter) => `-${letter}`);
  const valued = letters.findIndex((letter) => !alone.includes(letter));
  // `-eNAME` has its value in itself, `-e NAME` and `-ie NAME` do not.
  return valued !== -1 && valued === letters.length - 1;
}

/** What is missing, in words: the options, why each ought to be there, and how `args` begin with them. */
export function launchWords({ leading, missing }: Launch) {
  const names = missing.map(({ spellings }) => spellings[0]!);
  const words = [...leading, ...names].map((word) => JSON.stringify(word));
  return {
    options: inARow(names.map((name) => `"${name}"`)),
    why: missing.map(({ without }, index) => `without "${names[index]}" ${without}`).join('; '),
    shownArgs: `[${[...words, '…'].join(', ')}]`,
  };
}

/** What to say first when a server that is launched like this does not start. */
export function doubtOf(launch: Launch | undefined): { readonly doubt?: string } {
  const missing = launch?.missing.filter(({ needed }) => needed) ?? [];
  if (launch === undefined || missing.length === 0) return {};
  const { why, shownArgs } = launchWords({ ...launch, missing });
  return { doubt: `write "args": ${shownArgs}, for ${why}` };
}

function inARow(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
