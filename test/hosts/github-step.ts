/** A step of a workflow, with inputs and file commands as GitHub's runner hands them over. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram, type Ended } from '../main/program.ts';
import { withinProcess } from '../support/own-process.ts';
import { makeFolder, placeOf, runIn } from './workbench.ts';

interface StepOptions {
  readonly command?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** As a process of its own. */
  readonly alone?: boolean;
}

export interface Job {
  readonly folder: string;
  readonly remove: () => void;
  /** Inputs by name. */
  step(inputs: Readonly<Record<string, string>>, options?: StepOptions): Promise<Ended>;
  outputs(): Readonly<Record<string, string>>;
  fileOf(name: 'output' | 'summary'): string;
}

export function startJob(): Job {
  const { path: folder, remove } = makeFolder();
  const [output, summary, temp] = ['output', 'summary', 'temp'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(output, '');
  writeFileSync(summary, '');
  mkdirSync(temp);
  const fileOf: Job['fileOf'] = (name) => readFileSync(join(folder, name), 'utf8');
  return {
    folder,
    remove,
    fileOf,
    step(inputs, { command = 'move', env = {}, alone = false } = {}) {
      const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
      const runner = {
        GENERIC_PACKAGES_PLATFORM: 'github',
        GITHUB_ACTIONS: 'true',
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        RUNNER_TEMP: temp,
      };
      const inputVariables = Object.fromEntries(given) as Record<string, string>;
      const all = { ...runner, ...inputVariables, ...env };
      if (alone) return runProgram([command], { cwd: folder, env: all });
      const place = placeOf({ argv: [command], cwd: folder, env: all });
      return withinProcess(place, () => runIn(place));
    },
    outputs() {
      const blocks = fileOf('output').matchAll(/^(.+)<<(.+)\n([^]*?)\n\2$/gm);
      return Object.fromEntries(Array.from(blocks, ([, name = '', , value = '']) => [name, value]));
    },
  };
}

/** The lines that the runner obeys. */
export function commands({ stdout }: Ended, name: string): readonly string[] {
  return stdout.split('\n').filter((line) => line.startsWith(`::${name}`));
}
