/**
 * The lines of `parts`: which parts complete a version, and the digests they are pinned to. The registry is not asked
 * here.
 */
import { parseDigest } from '../../core/digest.ts';
import { harmless } from '../../core/text.ts';
import type { Context } from '../../definitions/context.ts';
import type { Problem } from '../../definitions/command.ts';
import type { WantedPart } from '../../transfer/remote/parts.ts';
import type { Finding } from '../shared/findings.ts';

/** One line, as it stands there. */
interface PartLine {
  readonly name: string;
  /** A digest with its `sha256:`, or what a `download` job passed on; absent where any content will do. */
  readonly pin?: string;
}

/** What this run completes; absent where that is not known. */
interface Completing {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly outputPrefix: string | undefined;
}

/** What of the place this looks at. */
type Place = Pick<Context, 'job' | 'pipelineValues'>;

const FROM_PIPELINE = 'from-pipeline';
const MAX_SHOWN = 120;

/** Reads `NAME`, `NAME@sha256:<64 hex>` or `NAME@from-pipeline`. The problem reads on after the input's name. */
export function parsePartLine(line: string): PartLine | { readonly problem: string } {
  const at = line.indexOf('@');
  const name = at < 0 ? line : line.slice(0, at);
  const shown = `\`${harmless(line, { limit: MAX_SHOWN })}\``;
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    return {
      problem:
        `${shown}: a part's name may have only letters, digits, \`.\`, \`_\` and \`-\`. ` +
        'Give one part a line; at the terminal repeat --parts',
    };
  }
  if (at < 0) return { name };
  const pin = line.slice(at + 1);
  if (pin === '') {
    // Never taken as no pin at all: whoever wrote the `@` wants the part to be a certain one.
    return {
      problem:
        `${shown} has nothing after the \`@\`: the expression or variable that stands there is empty. ` +
        'Give the `digest` output of the publish of this part, or of its download',
    };
  }
  if (pin === FROM_PIPELINE || parseDigest(pin) !== undefined) return { name, pin };
  return {
    problem:
      `${shown}: after the \`@\` give \`sha256:\` and 64 hexadecimal digits in lower case, ` +
      `or in a GitLab job \`${FROM_PIPELINE}\``,
  };
}

/** The parts that are wanted, each once, with all problems of their lines. */
export async function findParts(
  lines: readonly string[],
  completing: Completing,
  context: Place,
): Promise<{ readonly parts: readonly WantedPart[]; readonly problems: readonly Problem[] }> {
  const digests = new Map<string, string | undefined>();
  const problems: Problem[] = [];
  for (const line of lines) {
    const found = await findPart(line, completing, context);
    if ('problem' in found) {
      problems.push(found.problem);
      continue;
    }
    const { name, digest } = found.value;
    const known = digests.get(name);
    if (known !== undefined && digest !== undefined && known !== digest) {
      problems.push(problemOf(`the part \`${name}\` stands there with two digests, ${known} and ${digest}`));
    }
    digests.set(name, known ?? digest);
  }
  return { parts: [...digests].map(([name, digest]) => ({ name, digest })), problems };
}

async function findPart(line: string, completing: Completing, context: Place): Promise<Finding<WantedPart>> {
  const parsed = parsePartLine(line);
  if ('problem' in parsed) return { problem: problemOf(parsed.problem) };
  const { name, pin } = parsed;
  if (pin !== FROM_PIPELINE) return { value: { name, digest: pin } };
  const digest = await pipelineDigest(completing, context);
  return 'problem' in digest
    ? { problem: problemOf(`\`${line}\`: ${digest.problem}`) }
    : { value: { name, digest: digest.value } };
}

/** The digest of what a `download` job of this pipeline fetched; of another package or version it says nothing here. */
async function pipelineDigest(
  { name, version, outputPrefix = '' }: Completing,
  context: Place,
): Promise<{ readonly value: string } | { readonly problem: string }> {
  if (context.job === undefined)
    return {
      problem:
        `\`${FROM_PIPELINE}\` is for GitLab jobs. ` +
        'Elsewhere give the digest itself, `sha256:` and 64 hexadecimal digits',
    };
  const passed = await context.pipelineValues('download', outputPrefix);
  const digest = passed?.digest ?? '';
  if (passed === undefined || parseDigest(digest) === undefined) {
    return {
      problem:
        'no `download` job of this pipeline passed a digest to this job. Name that job in `needs`, with its artifacts',
    };
  }
  const { 'package-name': fetchedName = '', 'package-version': fetchedVersion = '' } = passed;
  const isOther = (name !== undefined && name !== fetchedName) || (version !== undefined && version !== fetchedVersion);
  if (!isOther) return { value: digest };
  const fetched = harmless(`${fetchedName} ${fetchedVersion}`, { limit: MAX_SHOWN });
  return {
    problem:
      `the \`download\` job of this pipeline fetched ${fetched}, ` +
      `but this run completes ${name ?? fetchedName} ${version ?? fetchedVersion}`,
  };
}

function problemOf(problem: string): Problem {
  return { input: 'parts', problem };
}
