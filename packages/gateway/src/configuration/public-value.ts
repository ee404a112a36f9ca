/** How the name of a secret ends. `TOKEN_FILE` leads to one, and `MAX_TOKENS` counts something else. */
const SECRET_NAME =
  /(^|_)(token|key|secrets?|password|passwd|passphrase|pass|pwd|pat|auth|authorization|bearer|credentials?|cookie|jwt|dsn|apikey|connection_string)(_\d+)?$/;
const WORD = /^[a-z]{1,12}$/;
const PATH = /^(?:~|\.{1,2})?\/|^[A-Za-z]:[\\/]/;
/** No word that a person chose: letters and digits in one long piece. */
const RANDOM = /(?=[A-Za-z0-9_-]{20})(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Za-z])/;

/** Whether what stands under this name is a secret by that alone: `apiKey`, `API_KEY`, `x-api-key`, `--token`. */
export function namesSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
  return SECRET_NAME.test(words);
}

/**
 * Whether a value is plainly no secret although it came from the environment: a word (`production`), a path, an
 * address. Masked, these would only hide from people what is wrong with them.
 */
export function isPublicValue(value: string): boolean {
  if (WORD.test(value)) return true;
  if (PATH.test(value)) return !/[+=]/.test(value) && !isRandom(value);
  const url = urlOf(value);
  return (
    url !== undefined && url.username === '' && url.password === '' && url.search === '' && !isRandom(value)
  );
}

/** Whether a part of the text looks as if no person had chosen it. */
export function isRandom(text: string): boolean {
  return RANDOM.test(text);
}

/** A text as a URL with a host; undefined if it is none. */
export function urlOf(text: string): URL | undefined {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}
