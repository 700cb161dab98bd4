/**
 * What a plan does where GitLab may refuse to store a name twice: it finds out before anything of this run is stored,
 * and knows what comes instead. Pure.
 */
import type { Status } from '../../transfer/model.ts';
import { IF_EXISTS } from './if-exists.ts';
import { confirmed } from './last-steps.ts';
import { contentProblems, ownFiles, type Alternative, type Asked, type Facts, type PublishStep } from './steps.ts';

/**
 * Whether GitLab takes a name twice is found out by the first upload of one: the stored manifest's own bytes,
 * else the first file with other content. Nothing of this run is stored where it does not.
 */
export function withProbe(uploads: readonly PublishStep[], facts: Facts, asked: Asked): readonly PublishStep[] {
  const { state } = facts;
  const ifRefused = withoutDuplicates(uploads, facts, asked);
  const manifest = state.manifest === undefined ? undefined : uploads.find(({ kind }) => kind === 'manifest');
  if (manifest?.kind === 'manifest') return [{ kind: 'probe', name: manifest.name, ifRefused }, ...uploads];
  const first = uploads.find((step) => (step.kind === 'send' || step.kind === 'checksums') && step.replaces);
  if (first?.kind === 'send') {
    return [{ ...first, order: 'first', ifRefused }, ...uploads.filter((step) => step !== first)];
  }
  if (first?.kind !== 'checksums') return uploads;
  // Only the checksums file is there already: it goes first, and the status that it carried to the last one.
  const others = uploads.filter((step) => step !== first);
  const { status, ...unmarked } = first;
  const last = others.pop();
  if (last === undefined) return [{ ...first, ifRefused }];
  return [{ ...unmarked, ifRefused }, ...others, ...(status === undefined ? [last] : [withFinal(last, status)])];
}

/** A part that lists other files: its manifest is the name that GitLab may refuse to store again. */
export function partProbe(uploads: readonly PublishStep[], facts: Facts, { isPart }: Asked): readonly PublishStep[] {
  const isFound = uploads.some((step) => step.kind === 'send' && step.ifRefused !== undefined);
  const manifest = uploads.find(({ kind }) => kind === 'manifest');
  if (!isPart || !facts.hasPart || isFound || uploads.length < 2 || manifest?.kind !== 'manifest') return [];
  const refusal = { reason: 'duplicates-hidden', problems: contentProblems(ownFiles(facts)) } as const;
  return [{ kind: 'probe', name: manifest.name, ifRefused: { refusal } }];
}

function withoutDuplicates(uploads: readonly PublishStep[], facts: Facts, asked: Asked): Alternative {
  const { state, others, strays } = facts;
  const problems = contentProblems(ownFiles(facts));
  if (IF_EXISTS[asked.ifExists].besides === 'take-over') return { refusal: { reason: 'duplicates', problems } };
  if (state.kind !== 'visible' || !state.deletable) return { refusal: { reason: 'duplicates-kept', problems } };
  const names = [...new Set([...rewritten(facts, asked), ...others, ...strays])];
  return {
    steps: confirmed([{ kind: 'clear', names }, ...uploads]),
    warning:
      'GitLab refuses to store a name twice here: what this run replaces is deleted first, so that the ' +
      'version is incomplete for a moment',
  };
}

/** Names that stand in the registry and would be stored a second time. */
function rewritten(facts: Facts, { manifestName }: Asked): readonly string[] {
  const { state } = facts;
  const different = ownFiles(facts)
    .filter((one) => one.state === 'different')
    .map(({ file }) => file.name);
  return state.manifest === undefined || manifestName === undefined ? different : [...different, manifestName];
}

function withFinal(step: PublishStep, status: Status): PublishStep {
  if (step.kind === 'send') return { ...step, status, order: 'last' };
  return step.kind === 'checksums' || step.kind === 'manifest' ? { ...step, status } : step;
}
