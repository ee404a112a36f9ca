/** A sentence for each figure that is missed, by its id (lib/figures.mjs). */
export const NOTES = {};
