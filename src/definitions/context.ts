/** What a command may know of the place it runs in. Hosts fill it in; commands never look themselves. */

import type { Readable } from 'node:stream';
import type { ProxySettings } from '../core/proxy-settings.ts';

/** Where a run happens. */
export type Platform = 'github' | 'gitlab' | 'terminal';

/** What this job runs for; absent where the place does not say. */
export interface Ref {
  /** The git tag that this pipeline runs for, without `refs/tags/`. */
  readonly tag?: string;
  readonly branch?: string;
  /** On GitHub's `workflow_run` the commit of the run that ended. */
  readonly commit?: string;
  /** In full, as git writes it: `refs/tags/v1.2.3`. */
  readonly full?: string;
  /** The merge or pull request that this runs for: `mr-12`, `pr-34`. */
  readonly request?: string;
  /**
   * True when the default branch itself is built; never for a request, whatever its branch is
   * called.
   */
  readonly onDefaultBranch?: boolean;
  /** True on GitHub's `workflow_run`: ref and commit are those of another run, which this one follows. */
  readonly afterRun?: boolean;
  /** True on GitHub's events whose ref is not the code's, such as `pull_request_target`. */
  readonly foreign?: boolean;
}

/** The pipeline or workflow run around us; absent outside of both. */
export interface Build {
  /** GitHub's run number or GitLab's pipeline IID: counts up within the project. */
  readonly number?: string;
  /** Names this pipeline for good, the same in a retry: `pipeline-<id>` or `run-<id>`. */
  readonly owner?: string;
  /** Web address of the repository that is built. */
  readonly repositoryUrl?: string;
}

/** The GitLab job around us. Present only in a GitLab job; these are its `CI_*` variables. */
export interface GitLabJob {
  readonly apiUrl?: string;
  readonly serverUrl?: string;
  readonly projectId?: string;
  readonly projectPath?: string;
  readonly projectName?: string;
  /** `CI_PROJECT_DIR`, wherever the job works: not to be pruned. */
  readonly projectFolder?: string;
  readonly jobToken?: string;
  readonly pipelineId?: string;
  readonly caFile?: string;
  /** Of the GitLab that runs this job: `17.2.1-ee`. */
  readonly serverVersion?: string;
  /** How many jobs `parallel` makes of this one, as text. */
  readonly parallelJobs?: string;
}

/** What an earlier job of this pipeline passed on: a command's outputs by name. */
export type PipelineValues = Readonly<Record<string, string>>;

export interface Context {
  readonly platform: Platform;
  readonly os: NodeJS.Platform;
  /** Absolute folder that relative paths start from. */
  readonly cwd: string;
  /** Absolute folder of the checkout: what must never be pruned. */
  readonly workspace: string;
  /** Absolute; empty where nobody tells: then none is protected. */
  readonly home: string;
  readonly temp: string;
  readonly umask: number;
  /** Standard input, where there is one to read from. */
  readonly stdin?: Readable;
  /** Who started the run: GitHub's or GitLab's user, at the terminal the system's; empty where nothing tells. */
  readonly actor: string;
  /** Web address of the workflow run or of the job around us. */
  readonly runUrl?: string;
  readonly ref: Ref;
  readonly build?: Build;
  readonly job?: GitLabJob;
  /** `SSL_CERT_FILE`, used in a GitLab job or not. */
  readonly sslCertFile?: string;
  readonly proxy: ProxySettings;
  /**
   * True when the environment has `NODE_TLS_REJECT_UNAUTHORIZED=0`; it has no effect here.
   */
  readonly insecureTlsAsked: boolean;
  /** Reads what `command` of this pipeline passed on, under this prefix; GitLab only. */
  pipelineValues(command: string, outputPrefix: string): Promise<PipelineValues | undefined>;
  /** A variable of the GitLab job around us, by its key; a job cannot see who defined it. */
  readonly jobVariable?: (key: string) => string | undefined;
}
