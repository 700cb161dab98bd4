/** The variables that a GitLab runner and our components set in a job. What a job is for, a tag or a branch, is the caller's to say. */
import { PROJECT } from './registry.ts';

export interface JobPlace {
  /** Root of the server, and with it of the API. */
  readonly url: string;
  readonly token: string;
  /** The project's folder, unless the platform that runs the job says it. */
  readonly folder?: string;
  /** `$CI_PIPELINE_ID` and `$CI_PIPELINE_IID`, where it matters which. */
  readonly pipeline?: number;
  readonly project?: { readonly id: number; readonly path: string };
}

/** What the runner sets, as far as the program looks at it. */
export function jobVariables({
  url,
  token,
  folder,
  pipeline = 7001,
  project = PROJECT,
}: JobPlace): Record<string, string> {
  return {
    GITLAB_CI: 'true',
    CI_API_V4_URL: `${url}/api/v4`,
    CI_SERVER_URL: url,
    CI_PROJECT_ID: String(project.id),
    CI_PROJECT_PATH: project.path,
    CI_PROJECT_NAME: project.path.slice(project.path.lastIndexOf('/') + 1),
    CI_JOB_TOKEN: token,
    CI_PIPELINE_ID: String(pipeline),
    CI_PIPELINE_IID: String(pipeline),
    ...(folder === undefined ? {} : { CI_PROJECT_DIR: folder }),
  };
}

/** Inputs as the components' templates hand them over. */
export function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const variables = Object.entries(inputs).map(([name, value]) => [
    `GENERIC_PACKAGES_INPUT_${name.replaceAll('-', '_').toUpperCase()}`,
    value,
  ]);
  return Object.fromEntries(variables) as Record<string, string>;
}
