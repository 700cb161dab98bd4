/** What a way in is to a test: inputs by name, outputs as text, whatever runs the program. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inputVariables } from './job-variables.ts';
import type { ActionRun, Ended, Place } from './process.ts';

export type Inputs = Readonly<Record<string, string>>;

export interface PlatformRun extends Ended {
  /** As text: lists are JSON. Empty when the run failed. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export interface Platform {
  readonly name: string;
  /** Whose log it writes, and into which stream. */
  readonly kind: 'terminal' | 'github' | 'gitlab';
  /** `token` among the inputs is passed as this platform passes secrets. */
  run(command: string, inputs: Inputs, place: Place): Promise<PlatformRun>;
}

/** What runs the program: the bundles in processes of their own, or the source in this one. */
export interface Programs {
  readonly cli: (args: readonly string[], place: Place) => Promise<Ended>;
  /** The command `action` is the one for all commands. */
  readonly action: (command: string, inputs: Inputs, place: Place) => Promise<ActionRun>;
}

export interface Platforms {
  readonly terminal: Platform;
  readonly githubAction: Platform;
  readonly rootAction: Platform;
  readonly gitlabJob: Platform;
}

/** The ways in, by these programs. */
export function platformsOf({ cli, action }: Programs): Platforms {
  return {
    /** `generic-packages COMMAND --json …`, the token in the environment. */
    terminal: {
      name: 'terminal',
      kind: 'terminal',
      run: async (command, inputs, place) => {
        const { env, ...rest } = asTerminal(inputs);
        const ended = await cli([command, '--json', ...rest.args], { ...place, env: { ...env, ...place.env } });
        return { ...ended, outputs: ended.code === 0 ? textsOf(ended.stdout) : {}, summary: '' };
      },
    },
    /** The action of one command: `uses: OWNER/REPO/publish@v1`. */
    githubAction: {
      name: "the command's action",
      kind: 'github',
      run: (command, inputs, place) => action(command, inputs, place),
    },
    /** The action of all commands: `uses: OWNER/REPO@v1` with `command:`. */
    rootAction: {
      name: 'the action of all commands',
      kind: 'github',
      run: (command, inputs, place) => action('action', { ...inputs, command }, place),
    },
    /** A job of a GitLab pipeline, as the component of one command starts it; without colours, to be compared. */
    gitlabJob: {
      name: "a GitLab component's job",
      kind: 'gitlab',
      run: async (command, inputs, place) => {
        const job = {
          GITLAB_CI: 'true',
          CI_PIPELINE_ID: '7',
          CI_PROJECT_DIR: place.cwd,
          GENERIC_PACKAGES_PLATFORM: 'gitlab',
          NO_COLOR: '1',
        };
        const env = { ...job, ...inputVariables(inputs), ...place.env };
        const ended = await cli([command], { ...place, env });
        const result = join(place.cwd, '.generic-packages', `${inputs['output-prefix'] ?? ''}${command}.result.json`);
        return { ...ended, outputs: ended.code === 0 ? textsOf(await readFile(result, 'utf8')) : {}, summary: '' };
      },
    },
  };
}

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
