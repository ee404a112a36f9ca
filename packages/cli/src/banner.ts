import type { Paint } from './paint.ts';
import type { StdioCommand } from './stdio-command.ts';
import { took } from './words.ts';

/** What there is to say once clients can connect. */
export interface BannerFacts {
  readonly version: string;
  readonly url: string;
  readonly readyMs: number;
  /** As a person would type it. */
  readonly config: string;
  readonly revision: string;
}

/** The first lines of `serve`. */
export function banner(
  { version, url, readyMs, config, revision }: BannerFacts,
  paint: Paint,
): readonly string[] {
  return [
    '',
    `  ${paint.bold(`switchyard ${version}`)}   listening after ${took(readyMs)}`,
    '',
    `  ➜  MCP     ${paint.cyan(url)}`,
    `  ➜  Config  ${config}   ${paint.dim(`rev ${revision}`)}`,
    '',
  ];
}

/**
 * How each client is pointed here, ready to be copied. `guarded`: the door asks for a token, which the client must be
 * given too. `stdio`: for those who start a server as a process.
 */
export function snippets(
  url: string,
  { guarded, stdio }: { readonly guarded: boolean; readonly stdio: StdioCommand },
  paint: Paint,
): readonly string[] {
  const header = 'Authorization: Bearer <token>';
  const claudeCode = [
    'claude mcp add --transport http switchyard',
    url,
    ...(guarded ? [`--header "${header}"`] : []),
  ].join(' ');
  const code = { type: 'http', url, ...(guarded ? { headers: { Authorization: 'Bearer <token>' } } : {}) };
  const titled = (title: string, note: string, text: string): readonly string[] => [
    note === '' ? `  ${paint.bold(title)}` : `  ${paint.bold(title)}  ${paint.dim(note)}`,
    ...text.split('\n').map((line) => `    ${line}`),
    '',
  ];
  return [
    ...titled('Claude Code', '', claudeCode),
    ...titled(
      'Claude Desktop',
      'claude_desktop_config.json; it starts stdio servers only',
      json({ mcpServers: { switchyard: stdio } }),
    ),
    ...titled('VS Code', '.vscode/mcp.json', json({ servers: { switchyard: code } })),
  ];
}

/** As a person would write it: lists on one line. */
function json(value: object): string {
  return JSON.stringify(value, undefined, 2).replace(
    /\[\s+([^\]]*?)\s+\]/g,
    (_, items: string) => `[${items.replace(/\s*\n\s*/g, ' ')}]`,
  );
}
