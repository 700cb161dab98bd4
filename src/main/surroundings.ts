/** This process as the record that hosts read. */
import { homedir, tmpdir } from 'node:os';
import type { Surroundings } from '../hosts/surroundings.ts';

/** Reads all of it once. */
export function surroundingsOf(process: NodeJS.Process): Surroundings {
  // Reading it means setting it; nothing else runs yet.
  const umask = process.umask(0o077);
  process.umask(umask);
  return {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    os: process.platform,
    home: homedir(),
    temp: tmpdir(),
    umask,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
  };
}
