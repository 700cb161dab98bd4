/** What a cleanup is asked to do, and every problem of it that can be seen without asking the network. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { validRange } from 'semver';
import { parseDigest } from '../../core/digest.ts';
import { packageNameProblem, packageVersionProblem } from '../../core/names/package-names.ts';
import { quoted } from '../../core/text.ts';
import { projectPath } from '../../gitlab/address.ts';
import { projectName } from '../../gitlab/project-name.ts';
import type { Prepared, Problem } from '../../definitions/command.ts';
import type { Context } from '../../definitions/context.ts';
import { catching, findConnection, missingCredential, type Connection } from '../shared/connection.ts';
import { intentFrom, problemsIn, valueIn, type Finding, type Gathering } from '../shared/findings.ts';
import { manifestProblems } from '../shared/names-check.ts';
import { findPackageName } from '../shared/package.ts';
import { findVariableTarget, type VariableTarget } from '../shared/variable-access.ts';
import type { CleanupRules } from './decide.ts';
import { parseDeletions, type ReviewedDeletion } from './deletions.ts';
import type { CleanupInputs } from './inputs.ts';

/** A plan that was reviewed. */
type ExpectedPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'digest'; readonly digest: string }
  | { readonly kind: 'list'; readonly deletions: readonly ReviewedDeletion[] };

export interface CleanupIntent {
  readonly connection: Connection;
  /** A name, or a pattern with `*`. */
  readonly packageName: string;
  readonly rules: CleanupRules;
  /** Whose tags and releases count; undefined where none are asked for. */
  readonly taggedIn: readonly string[] | undefined;
  readonly variables: readonly VariableTarget[];
  /** Milliseconds; undefined: claims stay. */
  readonly claimsAfter: number | undefined;
  readonly deletesDuplicates: boolean;
  readonly manifest: string | undefined;
  readonly expected: ExpectedPlan;
  readonly isDryRun: boolean;
}

const TOKENS =
  'a personal, project or group access token with the scope `api` and the role Maintainer, or the job token of a ' +
  'Maintainer';

export async function prepareCleanup(inputs: CleanupInputs, context: Context): Promise<Prepared<CleanupIntent>> {
  const connection = findConnection(inputs, context);
  const findings = {
    connection,
    packageName: findPattern(inputs, context),
    share: findShare(inputs['max-share']),
    expected: await findExpected(inputs, context),
    variables: findVariables(inputs, valueIn(connection), context),
    taggedIn: findTaggedProjects(inputs, valueIn(connection)),
  };
  const problems = [
    ...ruleProblems(inputs),
    ...keepProblems(inputs),
    ...manifestProblems(inputs.manifest, context),
    ...tokenProblems(inputs, valueIn(connection), context),
  ];
  return intentFrom(findings, problems, ({ share, ...values }) => ({
    ...values,
    rules: rulesOf(inputs, share),
    claimsAfter: inputs['delete-claims-older-than'],
    deletesDuplicates: inputs['delete-duplicates'],
    manifest: inputs.manifest,
    isDryRun: inputs['dry-run'],
  }));
}

function rulesOf(inputs: CleanupInputs, maxShare: number): CleanupRules {
  const ages = {
    stable: inputs['delete-older-than'],
    prerelease: inputs['delete-prereleases-older-than'],
    other: inputs['delete-others-older-than'],
    hidden: inputs['delete-incomplete-older-than'],
  };
  return {
    deleteAfter: Object.fromEntries(Object.entries(ages).filter(([, age]) => age !== undefined)),
    notDownloadedFor: inputs['delete-not-downloaded-for'],
    keepLatest: inputs['keep-latest'],
    keepPer: inputs['keep-per'],
    keep: inputs.keep,
    tagPrefix: inputs['tag-prefix'],
    maxDeletions: inputs['max-deletions'],
    maxShare,
  };
}

/** A name as in `publish`, or the same with `*`. */
function findPattern(inputs: CleanupInputs, context: Context): Finding<string> {
  const pattern = inputs['package-name'];
  if (pattern?.includes('*') !== true) return findPackageName(inputs, context);
  const problem = packageNameProblem(pattern.replaceAll('*', 'x'));
  if (problem === undefined) return { value: pattern };
  return { problem: { input: 'package-name', problem: `${quoted(pattern)} ${problem}` } };
}

function findShare(given: string): Finding<number> {
  const [, number] = /^(\d{1,3})%$/.exec(given) ?? [];
  if (number !== undefined && Number(number) <= 100) return { value: Number(number) };
  const problem = `must be a share from \`0%\` to \`100%\`, such as \`50%\`, not ${quoted(given)}`;
  return { problem: { input: 'max-share', problem } };
}

async function findExpected(inputs: CleanupInputs, { cwd }: Context): Promise<Finding<ExpectedPlan>> {
  const given = inputs['expected-plan'];
  if (given === undefined) return { value: { kind: 'none' } };
  const wrong = (problem: string): Finding<ExpectedPlan> => ({ problem: { input: 'expected-plan', problem } });
  if (/^sha256:/i.test(given)) {
    if (parseDigest(given) !== undefined) return { value: { kind: 'digest', digest: given } };
    return wrong(`must be \`sha256:\` and 64 hexadecimal digits in lower case, not ${quoted(given, 80)}`);
  }
  let content: string;
  try {
    content = await readFile(resolve(cwd, given), 'utf8');
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    return wrong(
      `${quoted(given)} cannot be read (${code}). Give the file of the output \`plan-path\` of a dry run, or its ` +
        '`plan-digest`',
    );
  }
  const deletions = parseDeletions(content);
  return deletions === undefined
    ? wrong(`${quoted(given)} is not a plan. Give the file of the output \`plan-path\` of a dry run`)
    : { value: { kind: 'list', deletions } };
}

function findVariables(
  inputs: CleanupInputs,
  connection: Connection | undefined,
  context: Context,
): Gathering<readonly VariableTarget[]> {
  if (connection === undefined) return { value: [] };
  const found = inputs['keep-variable'].map((key) => findVariableTarget(key, inputs, connection, context));
  const problems = found.flatMap(problemsIn).map(asKeepVariable);
  if (problems.length === 0) return { value: found.flatMap((one) => valueIn(one) ?? []) };
  const once = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return { problems: [...once.values()] };
}

function asKeepVariable({ input, problem }: Problem): Problem {
  return { input: input === 'variable' ? 'keep-variable' : input, problem };
}

/** The project itself, and the others; undefined where no rule for versions asks. */
function findTaggedProjects(
  inputs: CleanupInputs,
  connection: Connection | undefined,
): Gathering<readonly string[] | undefined> {
  const others = inputs['keep-tagged-projects'];
  if (!inputs['keep-tagged']) {
    if (others.length === 0) return { value: undefined };
    return { problems: [{ input: 'keep-tagged-projects', problem: 'has no meaning with `keep-tagged: false`' }] };
  }
  if (connection === undefined) return { value: undefined };
  const problems: Problem[] = [];
  const projects = others.map((given) =>
    catching(problems, 'keep-tagged-projects', () => {
      const name = projectName(given, connection.api);
      projectPath(name);
      return name;
    }),
  );
  if (problems.length > 0) return { problems };
  const asked = Object.keys(rulesOf(inputs, 0).deleteAfter).length > 0;
  return { value: asked ? [connection.project, ...projects.flatMap((project) => project ?? [])] : undefined };
}

function ruleProblems(inputs: CleanupInputs): readonly Problem[] {
  const ages = Object.keys(rulesOf(inputs, 0).deleteAfter).length;
  const problems: Problem[] = [];
  const notDownloaded = 'delete-not-downloaded-for';
  if (inputs[notDownloaded] !== undefined && ages === 0) {
    const problem = 'only narrows the rules `delete-…-older-than`, and none of them is given. Give one of them too';
    problems.push({ input: notDownloaded, problem });
  } else if (ages === 0 && inputs['delete-claims-older-than'] === undefined && !inputs['delete-duplicates']) {
    const problem =
      'or another rule that deletes is required: nothing goes without one. Give it a number of days, such as `180d`';
    problems.push({ input: 'delete-older-than', problem });
  }
  if (inputs[notDownloaded] !== undefined && inputs['delete-duplicates']) {
    const problem =
      'cannot be used together with `delete-not-downloaded-for`: it reads manifests, which GitLab counts as ' +
      'downloads. Omit one of them';
    problems.push({ input: 'delete-duplicates', problem });
  }
  if (inputs['delete-incomplete-older-than'] !== undefined && inputs.manifest === undefined) {
    const problem = 'needs a `manifest`, without which no version is known to be complete';
    problems.push({ input: 'delete-incomplete-older-than', problem });
  }
  return problems;
}

function keepProblems({ keep }: CleanupInputs): readonly Problem[] {
  return keep
    .filter((line) => packageVersionProblem(line) !== undefined && validRange(line) === null)
    .map((line) => ({
      input: 'keep',
      problem: `${quoted(line)} is neither a version nor a range. Give one a line, such as \`1.2.3\` or \`1.x\``,
    }));
}

/** Lists are closed to deploy tokens, so that nothing can be decided with one. */
function tokenProblems(
  inputs: CleanupInputs,
  connection: Connection | undefined,
  context: Context,
): readonly Problem[] {
  if (connection === undefined) return [];
  const { credential } = connection;
  if (credential === undefined) return inputs['dry-run'] ? [] : [missingCredential(inputs, context, TOKENS)];
  if (credential.kind !== 'deploy' && credential.kind !== 'basic') return [];
  const kind = credential.kind === 'deploy' ? 'a deploy token' : 'a token sent by Basic authentication';
  return [{ input: 'token', problem: `is ${kind}, which can neither list nor delete packages. Give ${TOKENS}` }];
}
