import preset from '../../jest.preset.mjs';

// Nothing here waits for a time: the deadline is for a machine that is busy with everything else.
export default { ...preset, displayName: 'routing-standard' };
