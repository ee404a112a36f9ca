#!/usr/bin/env node
// Stands here before anything is built, so that npm links the command when it installs a clone.
import('../dist/bin.js').catch(function (error) {
  if (error.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).indexOf('bin.js') !== -1) {
    console.error('✗ switchyard is not built yet\n  do      npm start, or npm run build');
  } else {
    console.error(error);
  }
  process.exitCode = 1;
});
