/** Success or refusal of a row, from the texts of design and interface alone: nothing here was read off the code. */
import type { Facts, Row } from './row.ts';

/**
 * - `refusal`: an error, and nothing was sent.
 * - `failure`: an error that only GitLab can tell, on the way.
 * - `open`: the texts do not say; whatever it is has to be consistent.
 */
export type Outcome = 'success' | 'refusal' | 'failure' | 'open';

export function expectedOutcome(row: Row, facts: Facts): Outcome {
  switch (facts.complete) {
    case 'yes':
      return ofComplete(row, facts);
    case 'no':
      return ofIncomplete(facts);
    case 'unsure':
      return ofUnlisted(row, facts);
  }
}

function ofComplete(row: Row, facts: Facts): Outcome {
  switch (row.ifExists) {
    case 'fail':
      return 'refusal';
    case 'skip':
      return 'success';
    case 'verify':
      return verifyOfComplete(row, facts);
    case 'append':
      return facts.refusesDuplicates && facts.there === 'other' ? 'refusal' : 'success';
    case 'replace':
      return facts.refusesDuplicates ? replaceWithoutDuplicates(facts) : 'success';
  }
}

function verifyOfComplete({ before, checksums }: Row, facts: Facts): Outcome {
  if (facts.there === 'same') return 'success';
  if (facts.there === 'other' || facts.there === 'apart') return 'refusal';
  // A stopped publish of ours looks like this where GitLab knows no status: what is missing is sent.
  if (!facts.hasStatus) return 'success';
  // "Exactly the same files adds the manifest": whether a checksums file is added with it is not said.
  return before === 'curl-same' && checksums !== 'none' ? 'open' : 'refusal';
}

function replaceWithoutDuplicates({ there, visible, mayDelete }: Facts): Outcome {
  if (there === 'same') return 'success';
  // What is only missing needs no second row of a name; "needs a token that may delete" may be read either way.
  if (there === 'some' || there === 'apart') return mayDelete ? 'success' : 'open';
  if (!mayDelete) return 'refusal';
  // Rows of a hidden version cannot be deleted.
  return visible ? 'success' : 'open';
}

/** New, or hidden: "An incomplete version is always completed." */
function ofIncomplete({ refusesDuplicates, there }: Facts): Outcome {
  return refusesDuplicates && there === 'other' ? 'failure' : 'success';
}

/** A token that cannot list asks for its own names only: stopped run and curl look the same. */
function ofUnlisted({ ifExists }: Row, { there, refusesDuplicates }: Facts): Outcome {
  if (there === 'apart') return 'success';
  if (ifExists === 'fail') return 'open';
  if (there !== 'other') return 'success';
  if (ifExists === 'skip' || ifExists === 'verify') return 'open';
  return refusesDuplicates ? 'failure' : 'success';
}
