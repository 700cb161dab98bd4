#!/usr/bin/env node
/** The entry of every platform: checks Node's version, answers `--version` at once, and starts the rest. */
import { VERSION } from '../version.ts';
import { nodeProblem } from './node-version.ts';

const problem = nodeProblem(process.versions.node);
const onGitHub = process.env.GENERIC_PACKAGES_PLATFORM === 'github';
const [first = ''] = process.argv.slice(2);

if (problem !== undefined) {
  // GitHub's runner reads annotations from standard output, and knows one code for all failures.
  if (onGitHub) process.stdout.write(`::error::${problem}\n`);
  else process.stderr.write(`error: ${problem}\n`);
  process.exitCode = onGitHub ? 1 : 2;
} else if (!onGitHub && (first === '--version' || first === '-v')) {
  process.stdout.write(`${VERSION}\n`);
} else {
  // In the same file when bundled, but evaluated only now: an old Node never sees it.
  void import(/* webpackMode: "eager" */ './start.ts').then(async ({ start }) => {
    const { commands } = await import(/* webpackMode: "eager" */ '../commands/index.ts');
    start(process, commands);
  });
}
