/** `npm run prove`: the long proofs under test/prove/, about interruptions, faults, parts and many runs at once. Arguments go to jest. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

// Two at a time: most of their time goes by in waiting, but each starts servers and hundreds of processes.
const { status } = spawnSync(
  process.execPath,
  [...flags, jest, '--config', join(root, 'jest.prove.config.js'), '--maxWorkers=2', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = status ?? 1;
