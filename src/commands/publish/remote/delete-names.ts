/** The steps that delete: names that are sent again, and whatever is not this run's. */
import { formatCount, verbFor } from '../../../core/format.ts';
import { harmless } from '../../../core/text.ts';
import type { Tools } from '../../../definitions/command.ts';
import { deleteRows, surplusRows, type DeletedRows, type DeleteRules } from '../../../transfer/remote/delete-rows.ts';
import { isRecordName } from '../../../transfer/remote/records.ts';
import { cannotDelete, publishRefusalFailure } from '../messages.ts';
import { entriesOf, type RunState } from '../run-state.ts';

function deleteRules({ signal, record }: Tools): DeleteRules {
  return {
    signal,
    onDeleted: ({ name, size, sha256 }) => {
      record.file({ name, size, sha256, status: 'deleted' });
    },
  };
}

export async function clearNames(run: RunState, names: readonly string[]): Promise<void> {
  const gone = new Set(names);
  const { ref, inputs, tools } = run.job;
  const { deleted, left } = await deleteRows(
    ref,
    (rows) => rows.filter(({ name }) => gone.has(name)),
    deleteRules(tools),
  );
  for (const name of new Set(deleted)) tools.log.info(`deleted: ${harmless(name)}`);
  if (left.length === 0) return;
  const told = { ref, manifest: inputs.manifest, platform: tools.context.platform };
  throw publishRefusalFailure({ reason: 'duplicates-kept', problems: [] }, told);
}

/** Of every name that the version keeps the newest row stays; of all other names none. */
export async function deleteOthers(run: RunState): Promise<void> {
  const { ref, tools } = run.job;
  tellDeleted(run, await deleteRows(ref, (rows) => surplusRows(rows, keepsOf(run)), deleteRules(tools)));
}

/** The names that a version has after this run. */
function keepsOf(run: RunState): (name: string) => boolean {
  const { manifest } = run.job.inputs;
  const keep = new Set([...entriesOf(run).map(({ name }) => name), ...(manifest === undefined ? [] : [manifest])]);
  return (name) => keep.has(name) || isRecordName(name);
}

function tellDeleted(run: RunState, { deleted, left }: DeletedRows): void {
  const { log } = run.job.tools;
  const keeps = keepsOf(run);
  for (const name of new Set(deleted)) {
    log.info(keeps(name) ? `deleted: an older copy of ${harmless(name)}` : `deleted: ${harmless(name)}`);
  }
  const others = [...new Set(left)].filter((name) => !keeps(name));
  if (others.length > 0) log.warn(cannotDelete(others));
  else if (left.length > 0) {
    log.warn(
      `${formatCount(left.length, 'older copy', 'older copies')} of files ` +
        `${verbFor(left.length, 'stays behind the newer one', 'stay behind the newer ones')}: this ` +
        'token may not delete them, which takes the Maintainer role',
    );
  }
}
