import { printParseErrorCode, type ParseError } from 'jsonc-parser';

const REASONS: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is not JSON',
  InvalidNumberFormat: 'this is not a number',
  PropertyNameExpected: 'expected a key in double quotes',
  ValueExpected: 'expected a value',
  ColonExpected: 'expected ":" after the key',
  CommaExpected: 'expected "," before this',
  CloseBraceExpected: 'expected "}"',
  CloseBracketExpected: 'expected "]"',
  EndOfFileExpected: 'the configuration ended before this',
  UnexpectedEndOfString: 'the string does not end on its line',
  UnexpectedEndOfComment: 'the comment does not end',
  InvalidUnicode: 'invalid \\u escape',
  InvalidEscapeCharacter: 'invalid escape: a backslash in a string is written \\\\',
  InvalidCharacter: 'control characters in a string are written \\n, \\t or \\u0000',
};

/** A parse error in words. A text that just ends is most often one that an editor has not finished writing. */
export function syntaxReason(error: ParseError, text: string): string {
  if (error.offset >= text.trimEnd().length)
    return 'unexpected end of JSON; the file may still be being written';
  return REASONS[printParseErrorCode(error.error)] ?? 'this is not JSON';
}
