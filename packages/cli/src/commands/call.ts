import { performance } from 'node:perf_hooks';
import { nearestWord } from '@switchyard/gateway/configuration';
import { SwitchyardError } from '@switchyard/plugin-api';
import type { RemoteFlags } from '../flags.ts';
import { contentText, type Content } from '../content-text.ts';
import { jsonArguments } from '../json-arguments.ts';
import { openSession } from '../open-session.ts';
import { printable, printableLines } from '../printable.ts';
import type { Terminal } from '../terminal.ts';
import { toolArguments, type InputSchema } from '../tool-arguments.ts';
import { took } from '../words.ts';

const EXIT_TOOL_ERROR = 5;

interface Tool {
  readonly name: string;
  readonly inputSchema?: InputSchema;
}

/** Calls a tool as any MCP client does. Its text goes to stdout; a result that the tool itself calls an error exits with 5. */
export async function call(
  flags: RemoteFlags & { readonly args?: string },
  terminal: Terminal,
  name: string,
  words: readonly string[],
): Promise<number> {
  if (flags.args !== undefined && words.length > 0) {
    throw new SwitchyardError('USAGE', { what: 'give the arguments as name=value or with --args, not both' });
  }
  const given = flags.args === undefined ? undefined : await jsonArguments(flags.args, terminal.stdin);

  await using session = await openSession(flags, terminal);
  const tool = find(name, await session.list<Tool>('tools/list', 'tools'));
  const started = performance.now();
  const result = await session.request('tools/call', {
    name,
    arguments: given ?? toolArguments(tool, words),
  });
  const ms = performance.now() - started;

  const failed = result['isError'] === true;
  if (flags.json) {
    terminal.print(JSON.stringify(result));
  } else {
    const text = contentText(result as { readonly content?: readonly Content[] });
    // A person's terminal obeys escape sequences, and this text is somebody else's; a program gets it as it is.
    terminal.print(terminal.out.interactive ? printableLines(text) : text);
    const { paint } = terminal.err;
    terminal.tell(
      `${failed ? paint.red('✗') : paint.green('✓')} ${printable(name)}  ${failed ? 'error  ' : ''}${took(ms)}`,
    );
  }
  return failed ? EXIT_TOOL_ERROR : 0;
}

function find(name: string, tools: readonly Tool[]): Tool {
  const tool = tools.find((each) => each.name === name);
  if (tool !== undefined) return tool;
  const nearest = nearestTool(name, tools);
  throw new SwitchyardError(
    'TOOL_NOT_FOUND',
    { name, nearest: nearest === undefined ? '' : `; nearest: ${nearest}` },
    {
      remedy:
        nearest === undefined ? 'switchyard list' : `switchyard call ${nearest} …   or see: switchyard list`,
    },
  );
}

/** The name that was meant, also by whoever left the server's part out. */
function nearestTool(name: string, tools: readonly Tool[]): string | undefined {
  const names = tools.map((tool) => tool.name);
  const tails = new Map(names.map((each) => [each.slice(each.indexOf('__') + 2), each]));
  const tail = nearestWord(name, tails.keys());
  return nearestWord(name, names) ?? (tail === undefined ? undefined : tails.get(tail));
}
