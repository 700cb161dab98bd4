/** The last look at a version that this run has sealed: what others have overwritten meanwhile is sent again. */
import { Failure } from '../../core/errors.ts';
import { formatCount, formatNames } from '../../core/format.ts';
import type { Tools } from '../../definitions/command.ts';
import { runBatch } from '../../transfer/batch.ts';
import type { LocalFile } from '../../transfer/model.ts';
import { sendFile } from '../../transfer/send.ts';
import { checkServed, type CheckScope, type Seal, type Served } from '../../transfer/remote/served.ts';
import { mayList, type VersionRef } from '../../transfer/remote/stored-version.ts';
import type { PublishInputs } from './inputs.ts';

const MOST_ROUNDS = 4;
/** Milliseconds that another run of this version is given to end and to show it. */
const PATIENCE_MS = 1000;

/** What this run has to send again if need be. */
export interface Own {
  readonly seal: Seal;
  readonly sealFile: Pick<LocalFile, 'name' | 'source'>;
  readonly files: readonly LocalFile[];
  readonly scope: CheckScope;
}

/**
 * Sees to it that the version serves what its manifest says, and is shown. GitLab serves the newest
 * row of a name, so uploads that arrive late (of a run that was killed, or of another one at the same
 * time) stand before ours, and as `hidden` they hide the version. Throws `conflict` when another run's
 * manifest has taken the place of ours, or when there is no end to it.
 */
export async function confirmSealed(
  ref: VersionRef,
  own: Own,
  inputs: PublishInputs,
  tools: Tools,
): Promise<Omit<Served, 'wrong'>> {
  const rules = { concurrency: inputs.concurrency, signal: tools.signal };
  const mustShow = inputs.status === 'default' && mayList(ref.client);
  for (let round = 1; ; round += 1) {
    const { row, wrong, strays } = await checkServed(ref, own.seal, own.scope, { ...rules, deed: 'checked' });
    const unlisted = mustShow && row === undefined;
    if (wrong.length === 0 && !unlisted) return { row, strays };
    if (wrong.includes(own.seal.name)) throw overtaken(ref, 'its manifest is that run’s now', []);
    if (round === MOST_ROUNDS && wrong.length > 0)
      throw overtaken(ref, `${formatCount(wrong.length, 'file')} are that run’s`, wrong);
    if (round === MOST_ROUNDS) {
      tools.log.warn(
        `${ref.name} ${ref.version} is whole, but hidden: another run is publishing the same version. When that has ended it is shown, or publish it once more`,
      );
      return { row, strays };
    }
    if (wrong.length > 0) await sendAgain(ref, own, wrong, unlisted, rules, tools);
    else if (round === 1) await ref.client.policy.sleep(PATIENCE_MS, tools.signal);
    if (unlisted && (wrong.length > 0 || round > 1)) await sendFile(ref, own.sealFile, 'default');
  }
}

async function sendAgain(
  ref: VersionRef,
  own: Own,
  wrong: readonly string[],
  unlisted: boolean,
  rules: { readonly concurrency: number; readonly signal: AbortSignal },
  tools: Tools,
): Promise<void> {
  const files = own.files.filter(({ name }) => wrong.includes(name));
  if (files.length < wrong.length)
    throw overtaken(ref, 'files that this run took over from other runs were replaced', wrong);
  tools.log.warn(
    `${formatCount(files.length, 'file')} were overwritten by another run of the same version, and are sent again: ${formatNames(wrong, 20)}`,
  );
  await runBatch(files, { ...rules, deed: 'published' }, (file) =>
    sendFile(ref, file, unlisted ? 'hidden' : undefined),
  );
}

function overtaken(ref: VersionRef, how: string, names: readonly string[]): Failure {
  return new Failure(
    'conflict',
    `${ref.name} ${ref.version} was published by another run at the same time, with other files: ${how}`,
    {
      problems: names.map((name) => `${name}: another run's bytes are served`),
      hint: 'Let one run at a time publish a version. When the other one has ended, run this again: it lists every difference that there is.',
    },
  );
}
