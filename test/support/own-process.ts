/** What a run within this process sees where code that is not ours asks for `process`: an environment and an output of its own. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Surroundings } from '../../src/hosts/surroundings.ts';

const around = new AsyncLocalStorage<Surroundings>();
const { env, stdout } = process;
Object.defineProperties(process, {
  env: { configurable: true, enumerable: true, get: () => around.getStore()?.env ?? env },
  stdout: { configurable: true, enumerable: true, get: () => around.getStore()?.stdout ?? stdout },
});

/** Does this work as if the process were surrounded so; others may go on beside it in theirs. */
export function withinProcess<T>(from: Surroundings, work: () => Promise<T>): Promise<T> {
  return around.run(from, work);
}
