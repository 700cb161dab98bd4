/**
 * The lines of `parts`: which parts complete a version, and the digests they are pinned to. The registry is not asked
 * here.
 */
import { parseDigest } from '../../core/digest.ts';
import { harmless } from '../../core/text.ts';
import { FROM_PIPELINE } from '../../definitions/parse.ts';
import type { Context } from '../../definitions/context.ts';
import type { Problem } from '../../definitions/command.ts';
import type { WantedPart } from '../../transfer/remote/parts.ts';
import type { Finding } from '../shared/findings.ts';

/** One line, as it stands there. */
interface PartLine {
  readonly name: string;
  /** A digest with its `sha256:`, or what a `download` job passed on; absent where any content will do. */
  readonly pin?: string;
  /** The version may be completed without it. */
  readonly optional?: true;
}

/** What this run completes; absent where that is not known. */
interface Completing {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly outputPrefix: string | undefined;
}

/** What of the place this looks at. */
type Place = Pick<Context, 'job' | 'pipelineValues'>;

const MAX_SHOWN = 120;

/**
 * Reads `NAME`, `NAME@sha256:<64 hex>` or `NAME@from-pipeline`, each with a `?` after the name where the part may be
 * missing. The problem reads on after the input's name.
 */
export function parsePartLine(line: string): PartLine | { readonly problem: string } {
  const at = line.indexOf('@');
  const named = at < 0 ? line : line.slice(0, at);
  const isOptional = named.endsWith('?');
  const name = isOptional ? named.slice(0, -1) : named;
  const part: PartLine = { name, ...(isOptional ? { optional: true } : {}) };
  const shown = `\`${harmless(line, { limit: MAX_SHOWN })}\``;
  if (!/^[A-Za-z0-9._-]+$/.test(name) || /^\.{1,2}$/.test(name)) {
    return {
      problem:
        `${shown}: a part's name may have only letters, digits, \`.\`, \`_\` and \`-\`, is neither \`.\` nor ` +
        '`..`, and a `?` after it says that it may be missing. Give one part a line; at the terminal repeat --parts',
    };
  }
  if (at < 0) return part;
  const pin = line.slice(at + 1);
  if (pin === '') {
    // Never taken as no pin at all: whoever wrote the `@` wants the part to be a certain one.
    return {
      problem:
        `${shown} has nothing after the \`@\`: the expression or variable that stands there is empty. ` +
        'Give the `digest` output of the publish of this part, or of its download',
    };
  }
  if (pin === FROM_PIPELINE || parseDigest(pin) !== undefined) return { ...part, pin };
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
  const parts = new Map<string, WantedPart>();
  const problems: Problem[] = [];
  for (const line of lines) {
    const found = await findPart(line, completing, context);
    if ('problem' in found) {
      problems.push(found.problem);
      continue;
    }
    const part = found.value;
    const known = parts.get(part.name);
    if (known?.digest !== undefined && part.digest !== undefined && known.digest !== part.digest) {
      problems.push(
        problemOf(`the part \`${part.name}\` stands there with two digests, ${known.digest} and ${part.digest}`),
      );
    }
    parts.set(part.name, known === undefined ? part : merged(known, part));
  }
  return { parts: [...parts.values()], problems };
}

/** Two lines of one part: the stricter counts. */
function merged(one: WantedPart, other: WantedPart): WantedPart {
  const weaker = [one.need, other.need];
  const kinds = ['required', 'optional', 'left-out'] as const;
  return { ...one, digest: one.digest ?? other.digest, need: kinds.find((kind) => weaker.includes(kind)) ?? one.need };
}

async function findPart(line: string, completing: Completing, context: Place): Promise<Finding<WantedPart>> {
  const parsed = parsePartLine(line);
  if ('problem' in parsed) return { problem: problemOf(parsed.problem) };
  const { name, pin, optional = false } = parsed;
  const need = optional ? 'optional' : 'required';
  if (pin !== FROM_PIPELINE) return { value: { name, digest: pin, need } };
  const digest = await pipelineDigest(completing, context);
  if ('value' in digest) return { value: { name, digest: digest.value, need } };
  // Whatever the registry has of it comes from another pipeline.
  if (optional && digest.isMissing) return { value: { name, digest: undefined, need: 'left-out' } };
  return { problem: problemOf(`\`${line}\`: ${digest.problem}`) };
}

/** The digest of what a `download` job of this pipeline fetched; of another package or version it says nothing here. */
async function pipelineDigest(
  { name, version, outputPrefix = '' }: Completing,
  context: Place,
): Promise<{ readonly value: string } | { readonly problem: string; readonly isMissing: boolean }> {
  if (context.job === undefined)
    return {
      isMissing: false,
      problem:
        `\`${FROM_PIPELINE}\` is for GitLab jobs. ` +
        'Elsewhere give the digest itself, `sha256:` and 64 hexadecimal digits',
    };
  const passed = await context.pipelineValues('download', outputPrefix);
  const digest = passed?.digest ?? '';
  if (passed === undefined || parseDigest(digest) === undefined) {
    return {
      isMissing: true,
      problem:
        'no `download` job of this pipeline passed a digest to this job. Name that job in `needs`, with its artifacts',
    };
  }
  const { 'package-name': fetchedName = '', 'package-version': fetchedVersion = '' } = passed;
  const isOther = (name !== undefined && name !== fetchedName) || (version !== undefined && version !== fetchedVersion);
  if (!isOther) return { value: digest };
  const fetched = harmless(`${fetchedName} ${fetchedVersion}`, { limit: MAX_SHOWN });
  return {
    isMissing: false,
    problem:
      `the \`download\` job of this pipeline fetched ${fetched}, ` +
      `but this run completes ${name ?? fetchedName} ${version ?? fetchedVersion}`,
  };
}

function problemOf(problem: string): Problem {
  return { input: 'parts', problem };
}
