/** A program that fetches what it runs. */
export interface Launcher {
  /** The words by which it does so, each way; without `ways` it does nothing else. */
  readonly ways?: readonly (readonly string[])[];
  /** It may have something to fetch in whatever way it is called. */
  readonly fetches?: 'always';
  /** Which options stand alone; all others take the word behind them. */
  readonly alone: readonly string[];
  /** Its options may stand behind the name of what it runs, up to `--`. */
  readonly loose?: true;
  readonly wanted?: readonly Wanted[];
}

/** An option that servers need. */
export interface Wanted {
  /** The first one is shown; the others do as well. */
  readonly spellings: readonly string[];
  /** What happens without it. */
  readonly without: string;
  /** The server may not start without it. */
  readonly needed: boolean;
}

const YES: Wanted = {
  spellings: ['-y', '--yes', '--no', '--no-install', '--offline'],
  without: 'it may ask before it installs something, and nobody answers',
  needed: true,
};
const STDIN: Wanted = {
  spellings: ['-i', '--interactive'],
  without: 'the server has no stdin and ends at once',
  needed: true,
};
const RM: Wanted = {
  spellings: ['--rm', '--restart', '-d', '--detach'],
  without: 'each start leaves a container behind',
  needed: false,
};
const INIT: Wanted = {
  spellings: ['--init'],
  without: 'the server may not obey when it is to stop',
  needed: false,
};

const NPM_ALONE = ['-y', '--yes', '--no', '--no-install', '--offline', '-q', '--quiet', '-s', '--silent'];
const RUN_ALONE = [
  ...[
    '-i',
    '--interactive',
    '-t',
    '--tty',
    '-d',
    '--detach',
    '--rm',
    '--init',
    '--privileged',
    '-q',
    '--quiet',
  ],
  ...[
    '--read-only',
    '-P',
    '--publish-all',
    '--no-healthcheck',
    '--oom-kill-disable',
    '--sig-proxy',
    '-D',
    '--debug',
  ],
];
const CONTAINER_WAYS = [['run'], ['container', 'run']];

/** By the name of the program, without `.exe` and the like. */
export const LAUNCHERS: Readonly<Record<string, Launcher>> = {
  npx: { alone: [...NPM_ALONE, '--prefer-online', '--prefer-offline'], wanted: [YES] },
  npm: { ways: [['exec'], ['x']], alone: NPM_ALONE, loose: true, wanted: [YES] },
  pnpm: { ways: [['dlx']], alone: NPM_ALONE },
  pnpx: { alone: NPM_ALONE },
  yarn: { ways: [['dlx']], alone: NPM_ALONE },
  bunx: { alone: ['--bun', ...NPM_ALONE] },
  bun: { ways: [['x']], alone: ['--bun', ...NPM_ALONE] },
  uvx: { alone: [] },
  uv: {
    ways: [['run'], ['tool', 'run']],
    alone: ['-q', '--quiet', '-v', '--verbose', '--offline', '--no-cache'],
  },
  pipx: { ways: [['run']], alone: ['--no-cache', '--verbose'] },
  deno: { ways: [['run']], alone: ['-A', '--allow-all', '-q', '--quiet', '--no-prompt'] },
  docker: { fetches: 'always', ways: CONTAINER_WAYS, alone: RUN_ALONE, wanted: [STDIN, RM, INIT] },
  // Its --init needs a program that is not installed everywhere.
  podman: { fetches: 'always', ways: CONTAINER_WAYS, alone: RUN_ALONE, wanted: [STDIN, RM] },
};
