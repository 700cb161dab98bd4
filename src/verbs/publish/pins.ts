/** The lines of `parts`: which parts finish a version, and the digests they are pinned to. The registry is not asked here. */
import { parseDigest } from '../../core/digest.ts';
import { harmless } from '../../core/text.ts';
import type { Context } from '../../spec/context.ts';
import type { Problem } from '../../spec/verb.ts';
import type { WantedPart } from '../../transfer/parts.ts';
import type { Found } from '../package.ts';

/** One line, as it stands there. */
interface PartLine {
  readonly name: string;
  /** A digest with its `sha256:`, or what a `download` job handed down; absent where any content will do. */
  readonly pin?: string;
}

/** What this run finishes; absent where that is not known. */
interface Finishing {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly outputPrefix: string | undefined;
}

/** What of the place this looks at. */
type Place = Pick<Context, 'job' | 'handedDown'>;

const HANDED_DOWN = 'handed-down';
const MAX_SHOWN = 120;

/** Reads `NAME`, `NAME@sha256:<64 hex>` or `NAME@handed-down`. The problem reads on after the input's name. */
export function parsePartLine(line: string): PartLine | { readonly problem: string } {
  const at = line.indexOf('@');
  const name = at < 0 ? line : line.slice(0, at);
  const shown = `\`${harmless(line, { limit: MAX_SHOWN })}\``;
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    return {
      problem: `${shown}: a part's name may have only letters, digits, \`.\`, \`_\` and \`-\`; several parts stand one a line, or repeat --parts at the terminal`,
    };
  }
  if (at < 0) return { name };
  const pin = line.slice(at + 1);
  if (pin === '') {
    // Never taken as no pin at all: whoever wrote the `@` wants the part to be a certain one.
    return {
      problem: `${shown} has nothing behind the \`@\`: the expression or variable that stands there is empty. Give the \`digest\` that the part's publish, or its download, put out`,
    };
  }
  if (pin === HANDED_DOWN || parseDigest(pin) !== undefined) return { name, pin };
  return {
    problem: `${shown}: behind the \`@\` must stand \`sha256:\` and 64 hexadecimal digits in lower case, or in a GitLab job \`${HANDED_DOWN}\``,
  };
}

/** The parts that are wanted, each once, with all problems of their lines. */
export async function findParts(
  lines: readonly string[],
  finishing: Finishing,
  context: Place,
): Promise<{ readonly parts: readonly WantedPart[]; readonly problems: readonly Problem[] }> {
  const digests = new Map<string, string | undefined>();
  const problems: Problem[] = [];
  for (const line of lines) {
    const found = await findPart(line, finishing, context);
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

async function findPart(line: string, finishing: Finishing, context: Place): Promise<Found<WantedPart>> {
  const parsed = parsePartLine(line);
  if ('problem' in parsed) return { problem: problemOf(parsed.problem) };
  const { name, pin } = parsed;
  if (pin !== HANDED_DOWN) return { value: { name, digest: pin } };
  const digest = await handedDigest(finishing, context);
  return 'problem' in digest
    ? { problem: problemOf(`\`${line}\`: ${digest.problem}`) }
    : { value: { name, digest: digest.value } };
}

/** The digest of what a `download` job of this pipeline fetched; of another package or version it says nothing here. */
async function handedDigest(
  { name, version, outputPrefix = '' }: Finishing,
  context: Place,
): Promise<{ readonly value: string } | { readonly problem: string }> {
  if (context.job === undefined)
    return {
      problem: `\`${HANDED_DOWN}\` is for GitLab jobs; elsewhere give the digest itself, \`sha256:\` and 64 hexadecimal digits`,
    };
  const handed = await context.handedDown('download', outputPrefix);
  const digest = handed?.digest ?? '';
  if (handed === undefined || parseDigest(digest) === undefined) {
    return {
      problem:
        'no `download` job of this pipeline handed a digest to this one. Name that job in `needs`, with its artifacts',
    };
  }
  const { 'package-name': fetchedName = '', 'package-version': fetchedVersion = '' } = handed;
  const isOther = (name !== undefined && name !== fetchedName) || (version !== undefined && version !== fetchedVersion);
  if (!isOther) return { value: digest };
  const fetched = harmless(`${fetchedName} ${fetchedVersion}`, { limit: MAX_SHOWN });
  return {
    problem: `the \`download\` job of this pipeline fetched ${fetched}, but this run finishes ${name ?? fetchedName} ${version ?? fetchedVersion}`,
  };
}

function problemOf(problem: string): Problem {
  return { input: 'parts', problem };
}
