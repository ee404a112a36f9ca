/** In the place of `node:os` where the gateway looks how many processors there are: the same on every machine. */
export const availableParallelism = (): number => 2;
