import preset from '../jest.preset.mjs';

export default {
  ...preset,
  displayName: 'e2e',
  testMatch: ['<rootDir>/src/**/*.e2e.ts'],
  // Stories start several processes each; more at once would measure the machine.
  maxWorkers: 2,
  testTimeout: 120_000,
};
