/** A block of a tool's result (2025-11-25, server/tools, tool result). */
export interface Content {
  readonly type: string;
  readonly text?: string;
  readonly data?: string;
  readonly mimeType?: string;
  readonly uri?: string;
  readonly name?: string;
  readonly resource?: { readonly uri?: string; readonly text?: string; readonly mimeType?: string };
}

/** A tool's result as text. What is no text is named; `--json` prints it whole. */
export function contentText(result: {
  readonly content?: readonly Content[];
  readonly structuredContent?: unknown;
}): string {
  const { content = [], structuredContent } = result;
  if (content.length === 0 && structuredContent !== undefined)
    return JSON.stringify(structuredContent, undefined, 2);
  return content.map(blockText).join('\n');
}

function blockText({ type, text, data, mimeType, uri, name, resource }: Content): string {
  if (type === 'text') return text ?? '';
  if (resource?.text !== undefined) return resource.text;
  const facts = [
    mimeType ?? resource?.mimeType,
    name,
    uri ?? resource?.uri,
    data && `${Math.floor((data.length * 3) / 4)} bytes`,
  ];
  return `[${[type, ...facts].filter(Boolean).join(' ')}]`;
}
