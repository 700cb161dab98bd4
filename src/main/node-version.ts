/**
 * Which Node the program needs. This file and cli.ts must run on any Node, to be able to say so.
 */

/** Since this version `http.Agent` goes through the proxy that the environment names. */
const OLDEST = [24, 5] as const;

/** What to tell the user of a Node that is too old, given as `20.1.0`; undefined if it will do. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return (
    `generic-packages needs Node ${OLDEST.join('.')} or newer; this is Node ${version}. In a checkout, npx ` +
    `generic-packages runs it with the Node that npm ci installed`
  );
}
