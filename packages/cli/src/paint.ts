import type colors from 'picocolors';

/** Colours, or functions that leave a text as it is. */
export type Paint = ReturnType<typeof colors.createColors>;
