/** Inputs → `spec:inputs` of a GitLab component, and the inputs that every component has besides. */
import type { Input } from '../definitions/inputs.ts';
import { carriedDefault, describeWithDefault, isRequired } from './describe.ts';
import type { Release } from './release.ts';
import type { Yaml } from './yaml-text.ts';

/** Has Node and nothing else that a job needs: the program is fetched with Node itself. */
const DEFAULT_IMAGE = 'node:24-alpine';

export interface ComponentInput {
  readonly description: string;
  readonly type: 'string' | 'boolean' | 'number' | 'array';
  /** Absent: the input is mandatory. */
  readonly default?: Yaml;
  readonly options?: readonly string[];
  readonly regex?: string;
}

export type ComponentInputs = Readonly<Record<string, ComponentInput>>;

/**
 * One input of a command as GitLab takes it. GitLab demands of a `boolean` or `number` that its default
 * is one, so those cannot stay blank, not even for the connection's inputs; all others can.
 */
export function componentInput(input: Input): ComponentInput {
  if (input.kind === 'boolean') return typed(input, 'boolean', input.default === 'true');
  if (input.kind === 'integer') return typed(input, 'number', Number(input.default));
  const preset = isRequired(input) ? undefined : carriedDefault(input);
  const plain = typed(input, 'string', preset);
  if (input.kind !== 'choice') return plain;
  // GitLab wants the default among the options: where it is blank, so is one of them.
  return { ...plain, options: preset === '' ? ['', ...input.options] : input.options };
}

/** Where the job's program comes from: inputs of every component. */
export function programInputs(release: Release): ComponentInputs {
  return {
    program: {
      description:
        'URL or path of the program, for instances that cannot reach `program-project`. Needs `program-sha256`. ' +
        'The job token is sent only if the URL has the origin of this instance.',
      type: 'string',
      default: '',
    },
    'program-project': {
      description:
        'Full path or id of the project whose package registry holds the program. An administrator of a mirror ' +
        'sets it for all projects with the CI/CD variable `GENERIC_PACKAGES_PROGRAM_PROJECT`. In that project ' +
        'itself the job runs `dist/cli/index.js` of the checkout.',
      type: 'string',
      default: release.project,
    },
    'program-sha256': {
      description: 'SHA-256 that the program must have. Default: that of the release this component belongs to.',
      type: 'string',
      default: '',
    },
  };
}

/** What a component's job is called, where it runs and when. */
export function jobInputs(job: {
  readonly name: string;
  readonly stage: string;
  readonly rules: readonly Readonly<Record<string, string>>[];
}): ComponentInputs {
  return {
    'job-name': {
      description: 'Name of the job. Each include of this component needs a different one.',
      type: 'string',
      default: job.name,
    },
    stage: { description: 'Stage of the job.', type: 'string', default: job.stage },
    image: {
      description: 'Container image of the job. It needs Node 24.5 or newer and nothing else.',
      type: 'string',
      default: DEFAULT_IMAGE,
    },
    rules: {
      description: 'When the job runs: `rules` as in any job. For merge request pipelines give a rule of your own.',
      type: 'array',
      default: job.rules,
    },
  };
}

function typed(
  input: Input,
  type: ComponentInput['type'],
  preset: string | number | boolean | undefined,
): ComponentInput {
  const description = describeWithDefault(input, 'gitlab', preset === undefined ? '' : String(preset));
  return { description, type, ...(preset === undefined ? {} : { default: preset }) };
}
