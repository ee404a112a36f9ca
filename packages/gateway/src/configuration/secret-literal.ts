/** How the tokens of well-known services begin. */
const TOKEN_SHAPES = [
  /^(?:Bearer |token )?(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk-|pk_live_|sk_live_|rk_live_|npm_|hf_|AIza|ya29\.)\w/,
  /^AKIA[0-9A-Z]{12}/,
  /^(?:Bearer )?eyJ[\w-]+\.[\w-]+\./,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
];

/** Whether a text of the file is, by its looks, a secret that belongs into the environment. */
export function looksLikeSecret(text: string): boolean {
  return TOKEN_SHAPES.some((shape) => shape.test(text));
}
