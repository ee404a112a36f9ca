/**
 * All values of one header, in order, from what Node keeps of the head as it came. `headers` shows the first of several
 * only, and `headersDistinct` builds a second table of the whole head for it, at every request.
 * @param rawHeaders names and values by turns
 * @param name in lower case
 */
export function headerValues(rawHeaders: readonly string[], name: string): readonly string[] {
  let values: string[] | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at]!;
    if (given.length !== name.length || given.toLowerCase() !== name) continue;
    if (values) values.push(rawHeaders[at + 1]!);
    else values = [rawHeaders[at + 1]!];
  }
  return values ?? NONE;
}

const NONE: readonly string[] = [];
