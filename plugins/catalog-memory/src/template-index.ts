import type { CatalogProblem, Entry } from '@switchyard/plugin-api';
import { gather } from './gather.ts';
import { listed } from './shown.ts';
import { matches, mayMatch, parseTemplate, type UriTemplate } from './uri-template.ts';

/** Characters of a URI times parts of templates that one look-up may cost: some ten milliseconds. */
const BUDGET = 8_000_000;

/** The templates of all servers, by how much they say. */
export interface TemplateIndex {
  /** The template with most literal characters that matches; of equal ones the first in the order of lists. */
  find(uri: string): Entry | undefined;
  /** Templates that cannot be read: they are listed, and nothing is routed by them. */
  readonly problems: readonly CatalogProblem[];
}

/** @param entries in the order of lists */
export function indexTemplates(entries: Iterable<Entry>): TemplateIndex {
  const templates: { readonly template: UriTemplate; readonly entry: Entry }[] = [];
  const unread = new Map<string, string[]>();
  for (const entry of entries) {
    const template = parseTemplate(entry.publicName);
    if (template === undefined) gather(unread, entry.server, [entry.publicName]);
    else templates.push({ template, entry });
  }
  templates.sort((a, b) => b.template.literals - a.template.literals);
  return {
    find: (uri) => {
      let left = BUDGET;
      for (const { template, entry } of templates) {
        if (!mayMatch(template, uri)) continue;
        left -= template.parts.length * uri.length;
        // A long URI against thousands of templates that all might match is no honest read.
        if (left < 0) return undefined;
        if (matches(template, uri)) return entry;
      }
      return undefined;
    },
    problems: [...unread].map(([server, names]) => ({
      server,
      kind: 'resourceTemplates',
      message: `not URI templates of RFC 6570, nothing is read by them: ${listed(names)}; report it to the author`,
    })),
  };
}
