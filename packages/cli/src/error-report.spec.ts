import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ERRORS, SwitchyardError } from '@switchyard/plugin-api';
import colors from 'picocolors';
import { errorLine, errorReport, errorText } from './error-report.ts';
import { answeredError } from './rpc-error.ts';

const paint = colors.createColors(false);

describe('an error', () => {
  it('is shown with what, where, why and what to do', () => {
    const error = new SwitchyardError(
      'COMMAND_NOT_FOUND',
      { server: 'files', command: 'npx' },
      {
        where: 'switchyard.jsonc:5:7  mcpServers.files.command',
        why: 'PATH is /usr/bin:/bin',
        remedy: 'install it\nor else',
      },
    );
    expect(errorText(errorReport(error), paint)).toBe(
      [
        '✗ SWY-E201  files: command "npx" was not found',
        '  where   switchyard.jsonc:5:7  mcpServers.files.command',
        '  why     PATH is /usr/bin:/bin',
        '  do      install it',
        '          or else',
      ].join('\n'),
    );
    expect(JSON.parse(errorLine(errorReport(error)))).toMatchObject({
      error: { code: 'SWY-E201', kind: 'command_not_found', server: 'files', exit: 4 },
    });
  });

  it('has a stack only when that is asked for, with its causes', () => {
    const error = SwitchyardError.from(new TypeError('x is not a function'));
    const report = errorReport(error);
    expect([report.code, report.exit]).toEqual(['SWY-E901', 1]);
    expect(errorText(report, paint)).not.toContain('    at ');
    expect(errorText(report, paint)).toContain('run it again with --debug');
    const debugged = errorText(report, paint, error);
    expect(debugged).toContain('    at ');
    expect(debugged).toContain('caused by\n  TypeError: x is not a function');
  });

  it('cannot drive the terminal', () => {
    const error = new SwitchyardError('USAGE', { what: 'a\u001b[2Jb\r\u202ec' });
    expect(errorText(errorReport(error), paint).split('\n')[0]).toBe(
      '✗ SWY-E111  a\\u001b[2Jb\\u000d\\u202ec',
    );
  });

  it('that a gateway answered keeps its number and exit code', () => {
    const error = answeredError({
      code: -33010,
      message: 'files is not available now (backoff)',
      data: { code: 'SWY-E702', server: 'files', hint: 'later' },
    });
    expect(errorReport(error)).toEqual({
      code: 'SWY-E702',
      kind: 'upstream_unavailable',
      server: 'files',
      message: 'files is not available now (backoff)',
      hint: 'later',
      exit: 4,
    });
  });

  it("that a server answered shows its own code, and counts as the tool's", () => {
    const error = answeredError({ code: -32000, message: 'no' });
    expect(error.code).toBe('ANSWERED_WITH_ERROR');
    expect(errorReport(error)).toMatchObject({
      message: 'no (-32000)',
      exit: 5,
      kind: 'answered_with_error',
    });
  });
});

describe('the message for an old Node, which cannot import the table', () => {
  it('says what the table says', () => {
    const source = readFileSync(new URL('./bin.ts', import.meta.url), 'utf8');
    const { number, message, remedy } = ERRORS.NODE_UNSUPPORTED;
    const [before = '', after = ''] = message.split('{found}');
    for (const part of [`SWY-E${number}`, before, after, remedy]) expect(source).toContain(part);
  });
});
