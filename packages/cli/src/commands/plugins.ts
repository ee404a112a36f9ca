import type { PluginStatus } from '@switchyard/plugin-api';
import type { RemoteFlags } from '../flags.ts';
import { printable } from '../printable.ts';
import { readStatus } from '../read-status.ts';
import { problemLines } from '../error-report.ts';
import { findRunning } from '../running.ts';
import { table } from '../table.ts';
import type { Side, Terminal } from '../terminal.ts';
import { took } from '../words.ts';

/** Prints the plugins of the running gateway in the order in which they were set up. */
export async function plugins(
  flags: RemoteFlags & { readonly tree?: boolean },
  terminal: Terminal,
): Promise<number> {
  const running = await findRunning(flags, terminal);
  const { plugins: all } = await readStatus(
    flags.token === undefined ? running : { ...running, adminToken: flags.token },
  );
  if (flags.json) terminal.print(JSON.stringify({ plugins: all }));
  else
    terminal.print((flags.tree ? pluginTree(all, terminal.out) : pluginTable(all, terminal.out)).join('\n'));
  return 0;
}

/** What each plugin is and what it is tied to, a branch each. */
export function pluginTree(all: readonly PluginStatus[], { paint }: Pick<Side, 'paint'>): readonly string[] {
  return all.flatMap((plugin, index) => {
    const last = index === all.length - 1;
    const { id, state, bootMs, file, name, problem } = plugin;
    const facts: readonly (readonly [string, string])[] = [
      ['file', file ?? name],
      ['needs', plugin.needs.join(', ')],
      ['provides', plugin.provides.join(', ')],
      ['contributes', plugin.contributes.join(', ')],
      ['holds', plugin.holds.join(', ')],
      ['problem', problem === undefined ? '' : `${problem.code}  ${problem.message}`],
      ['why', problem?.why ?? ''],
      ['do', problem?.remedy ?? ''],
    ];
    return [
      `${last ? '└─' : '├─'} ${state === 'ready' ? paint.green('✓') : paint.red('✗')} ${paint.bold(id)}  ${state}  ${took(bootMs)}`,
      ...facts
        .filter(([, value]) => value !== '')
        .map(
          ([label, value]) => `${last ? '  ' : '│ '}     ${paint.dim(label.padEnd(11))}  ${printable(value)}`,
        ),
    ];
  });
}

function pluginTable(all: readonly PluginStatus[], { columns, paint }: Side): readonly string[] {
  const titles = [
    { title: 'PLUGIN' },
    { title: 'STATE' },
    { title: 'BOOT', right: true },
    { title: 'FILE', flexible: true },
  ];
  const rows = all.map(({ id, state, bootMs, file, name }) => [id, state, took(bootMs), file ?? name]);
  const [head = '', ...lines] = table(titles, rows, columns);
  const problems = all.flatMap(({ problem }) =>
    problem === undefined ? [] : ['', ...problemLines(problem, paint, '')],
  );
  return [paint.dim(head), ...lines, ...problems];
}
