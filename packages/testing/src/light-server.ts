import type { ServerEntry } from './server-entry.ts';

/** Any request, as the gateway writes it; its id is `\1`. */
const request = (method: string) =>
  String.raw`^\{"jsonrpc":"2\.0","id":("[^"]*"|-?[0-9]+),"method":"${method}"`;
const result = (value: string) => String.raw`{"jsonrpc":"2.0","id":\1,"result":${value}}`;

const INFO = '{"name":"light","version":"1.0.0"}';
const INITIALIZED = `{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":${INFO}}`;
const SCHEMA = '{"type":"object","properties":{"nonce":{"type":"string"}},"required":["nonce"]}';
const LISTED = `{"tools":[{"name":"echo","description":"Answers with the nonce.","inputSchema":${SCHEMA}}]}`;
const CALLED = String.raw`{"content":[{"type":"text","text":"\2"}]}`;

/** Whatever is first substituted is the answer; a line that is none of a request gets none. */
const SCRIPT = [
  // The official SDK writes the same members in another order.
  String.raw`s/^\{(.*),"jsonrpc":"2\.0","id":("[^"]*"|-?[0-9]+)\}$/{"jsonrpc":"2.0","id":\2,\1}/`,
  `/${request('[^"]*')}/!d`,
  `s/${request(String.raw`tools\/call`)}.*"nonce":"([^"]*)".*/${result(CALLED)}/`,
  't',
  `s/${request(String.raw`tools\/list`)}.*/${result(LISTED)}/`,
  `s/${request('ping')}.*/${result('{}')}/`,
  `s/${request('initialize')}.*/${result(INITIALIZED)}/`,
  't',
  String.raw`s/${request('([^"]*)')}.*/{"jsonrpc":"2.0","id":\1,"error":{"code":-32601,"message":"no method \2"}}/`,
].join('\n');

/**
 * A server for large counts: `sed`, without a Node of its own. It answers `initialize`, `ping`, `tools/list`, and calls
 * of its tool `echo` with their nonce, which may hold no quote and no backslash; it keeps no execution log.
 */
export function lightServer(): ServerEntry {
  return { command: 'sed', args: ['-u', '-E', SCRIPT] };
}
