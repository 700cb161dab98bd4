/** The ways in as their users have them: each run starts a bundle, in a process of its own. */
import { jobRunner } from './gitlab-job.ts';
import { platformsOf } from './platform.ts';
import { runAction, runCli } from './process.ts';

export const { terminal, githubAction, rootAction, gitlabJob } = platformsOf({ cli: runCli, action: runAction });

/** The command line. */
export { runCli };

/** A job of a pipeline. */
export const runJob = jobRunner(runCli);
