#!/usr/bin/env node
// Written for any Node that knows modules, and without an import of its own: an old Node must get as far as the message.
const found = process.versions.node;
const parts = found.split('.').map(Number);

if (parts[0]! > 20 || (parts[0] === 20 && parts[1]! >= 19)) {
  import('./main.ts').then(
    function (module) {
      return module.main();
    },
    function (error: unknown) {
      console.error(error);
      process.exitCode = 1;
    },
  );
} else {
  console.error('✗ SWY-E105  Node.js ' + found + ' is too old\n  do      install Node.js 20.19 or newer');
  process.exitCode = 1;
}
