/** The ways in, asked in the same words: inputs by name, outputs as text. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inputVariables } from './job-variables.ts';
import { runAction, runCli, type Ended, type Place } from './process.ts';

export type Inputs = Readonly<Record<string, string>>;

export interface PlatformRun extends Ended {
  /** As text: lists are JSON. Empty when the run failed. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface Platform {
  readonly name: string;
  /** `token` among the inputs is passed as this platform passes secrets. */
  run(command: string, inputs: Inputs, place: Place): Promise<PlatformRun>;
}

/** `generic-packages COMMAND --json …`, the token in the environment. */
export const terminal: Platform = {
  name: 'terminal',
  run: async (command, inputs, place) => {
    const { env, ...rest } = asTerminal(inputs);
    const ended = await runCli([command, '--json', ...rest.args], { ...place, env: { ...env, ...place.env } });
    return { ...ended, outputs: ended.code === 0 ? textsOf(ended.stdout) : {}, summary: '' };
  },
};

/** The action of one command: `uses: OWNER/REPO/publish@v1`. */
export const githubAction: Platform = {
  name: "the command's action",
  run: (command, inputs, place) => runAction(command, inputs, place),
};

/** The action of all commands: `uses: OWNER/REPO@v1` with `command:`. */
export const rootAction: Platform = {
  name: 'the action of all commands',
  run: (command, inputs, place) => runAction('action', { ...inputs, command }, place),
};

/** A job of a GitLab pipeline, as the component of one command starts it; without colours, to be compared. */
export const gitlabJob: Platform = {
  name: "a GitLab component's job",
  run: async (command, inputs, place) => {
    const job = {
      GITLAB_CI: 'true',
      CI_PIPELINE_ID: '7',
      CI_PROJECT_DIR: place.cwd,
      GENERIC_PACKAGES_PLATFORM: 'gitlab',
      NO_COLOR: '1',
    };
    const env = { ...job, ...inputVariables(inputs), ...place.env };
    const ended = await runCli([command], { ...place, env });
    const result = join(place.cwd, '.generic-packages', `${inputs['output-prefix'] ?? ''}${command}.result.json`);
    return { ...ended, outputs: ended.code === 0 ? textsOf(await readFile(result, 'utf8')) : {}, summary: '' };
  },
};

/** What to type and to set for these inputs. */
export function asTerminal(inputs: Inputs): { args: string[]; env: Record<string, string> } {
  const { token, ...plain } = inputs;
  return {
    args: Object.entries(plain).map(([name, value]) => `--${name}=${value}`),
    env: token === undefined ? {} : { GENERIC_PACKAGES_TOKEN: token },
  };
}

/** Outputs as `--json` prints them, each as text. */
export function textsOf(json: string): Record<string, string> {
  const values = Object.entries(JSON.parse(json) as Record<string, unknown>);
  return Object.fromEntries(
    values.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
