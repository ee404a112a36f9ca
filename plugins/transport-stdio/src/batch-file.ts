/** The most characters that cmd.exe takes. */
const LONGEST_LINE = 8_191;

/** How a batch file is started: what Node.js is given, or why its arguments cannot be passed on as they are. */
export type BatchCommand =
  | { readonly kind: 'command'; readonly file: string; readonly args: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string };

/** Whether a file is one that only cmd.exe can start. */
export function isBatchFile(file: string, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' && /\.(bat|cmd)$/i.test(file);
}

/**
 * The command that starts a batch file, such as `npx.cmd`, with arguments that it gets as they are. The words are to be
 * passed verbatim: Node.js quotes for programs, and cmd.exe would read those quotes in its own way (CVE-2024-27980).
 *
 * It is known to hold for what cmd.exe itself reads, and for batch files that pass `%*` on to a program, as those of npm
 * do. A batch file may do anything else with its arguments. Never run on Windows.
 */
export function batchCommand(batch: string, args: readonly string[], comspec = 'cmd.exe'): BatchCommand {
  // It ends the line, wherever it stands, and nothing can be put before it that would change that.
  if (args.some((arg) => /[\r\n\0]/.test(arg)))
    return { kind: 'refused', reason: 'the arguments of a batch file must not contain line breaks or NUL' };
  const line = [batch, ...args].map(quoted).join(' ');
  if (line.length > LONGEST_LINE)
    return { kind: 'refused', reason: `a batch file takes ${LONGEST_LINE} characters of arguments at most` };
  return {
    kind: 'command',
    file: comspec,
    // No AutoRun, substrings of variables as below, no "!VAR!", and the outer quotes are taken away.
    args: ['/d', '/e:on', '/v:off', '/s', '/c', `"${line}"`],
  };
}

/**
 * Within quotes cmd.exe leaves `& | < > ^` alone. A quote is doubled: for cmd.exe the text is outside and inside again
 * at once, for the program it is one quote. A percent sign gets an empty piece of a variable behind it, so that it
 * begins no other one; there is no way to escape it.
 */
function quoted(arg: string): string {
  const escaped = arg
    // Backslashes count before a quote only: there a program halves them.
    .replace(/(\\*)"/g, '$1$1""')
    .replace(/\\+$/, '$&$&')
    .replaceAll('%', '%%cd:~,%');
  return `"${escaped}"`;
}
