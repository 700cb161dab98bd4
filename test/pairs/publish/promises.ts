/** The promises of a publish, each held against a row that was tried: all that are broken, none when all hold. */
import type { Broken } from '../support/judge.ts';
import { warningsOf } from '../support/run-command.ts';
import { accepted, sentWords, sha256, type Sent } from '../support/truth.ts';
import { expectedOutcome, type Outcome } from './expected.ts';
import { CHECKSUMS, MANIFEST, OWN } from './row.ts';
import { doneStatus, filesOf, isOwnMark, manifestFiles, plannedSteps } from './told.ts';
import type { Trial } from './trial.ts';

type Promised = (trial: Trial) => readonly Broken[];

export function brokenPromises(trial: Trial): readonly Broken[] {
  const always: readonly Promised[] = [outcome, dryRunSendsNothing, neverHidden, noUploadHides];
  const after = trial.first.run.exitCode === 0 ? ofSuccess : ofError;
  return [...always, ...after].flatMap((promised) => promised(trial));
}

const ofSuccess: readonly Promised[] = [
  isShown,
  staysHidden,
  lastUploadShows,
  endsAlike,
  sameFilesTold,
  sameUploads,
  sameManifest,
  sameDeletions,
  sentAsTold,
  namesTold,
  contentsServed,
  manifestServed,
  checksumsVerify,
  replaceLeavesOwn,
  appendKeeps,
  strayNamed,
  otherContentWarned,
  againEnds,
  againSendsNothing,
  againSameDigest,
];

const ofError: readonly Promised[] = [refusalSendsNothing, endsAlike, againEnds];

function outcome(trial: Trial): Broken[] {
  const { row, facts, first } = trial;
  const expected = expectedOutcome(row, facts);
  const { failure, exitCode, log } = first.run;
  if (expected === 'open') return [];
  if (exitCode === 0) return breaks(expected !== 'success', `the text says ${expected}`, 'success');
  const seen = `${failure?.code ?? ''}: ${failure?.message ?? ''}`;
  if (expected === 'success') return breaks(true, 'the text says success', seen);
  if (expected === 'failure') return [];
  const named = row.ifExists !== 'verify' || (log.includes('append') && log.includes('replace'));
  return [
    ...breaks(failure?.code !== 'conflict' && !facts.refusesDuplicates, 'the refusal is a conflict', seen),
    ...breaks(!named, 'the refusal names append and replace', seen),
  ];
}

function dryRunSendsNothing({ dry }: Trial): Broken[] {
  return breaks(anything(dry.sent), 'a dry run sends nothing', sentWords(dry.sent));
}

function neverHidden({ facts, after, visibleAtLast }: Trial): Broken[] {
  const promise = 'a visible version is never hidden';
  if (facts.visible && !after.visible) return breaks(true, promise, 'hidden after the run');
  return breaks(after.visible && !visibleAtLast, promise, 'hidden after the same command again');
}

/**
 * Not even for a moment. Two exceptions: `replace` where duplicates are refused says that the version is gone for
 * a moment, and of a version that has none of this run's names a token that cannot list knows nothing.
 */
function noUploadHides({ row, facts, first, second }: Trial): Broken[] {
  if (!facts.visible || !facts.hasStatus) return [];
  if (facts.refusesDuplicates && row.ifExists === 'replace') return [];
  if (!facts.lists && facts.there === 'apart') return [];
  const hiding = [first, second].flatMap(({ sent }) => sent.puts.filter(({ query }) => statusIn(query) === 'hidden'));
  return breaks(hiding.length > 0, 'no upload hides a visible version', words(hiding.map(({ name }) => name)));
}

/** A crash at any point leaves a version that no list shows. */
function lastUploadShows({ row, facts, first }: Trial): Broken[] {
  if (facts.visible || !facts.hasStatus) return [];
  const { puts } = accepted(first.sent);
  const early = puts.filter(({ query }, at) => {
    const status = statusIn(query);
    if (at === 0 && row.before === 'nothing' && status !== 'hidden') return true;
    return status === 'default' && (row.status === 'hidden' || at < puts.length - 1);
  });
  return breaks(early.length > 0, 'only the last upload shows the version', words(early.map(({ name }) => name)));
}

function isShown({ row, facts, first, after }: Trial): Broken[] {
  if (row.status !== 'default' || after.visible) return [];
  // The one exception: who cannot list cannot know, and may not send the same name twice, or has nothing of it.
  const keepsOther = row.ifExists === 'skip' && row.manifest === 'none' && facts.there === 'other';
  if (!facts.lists && (facts.refusesDuplicates || keepsOther) && accepted(first.sent).puts.length === 0) {
    return breaks(warningsOf(first.run).length === 0, 'what may stay hidden is warned of', 'no warning');
  }
  return breaks(true, 'success with status default is visible', 'hidden');
}

function staysHidden({ row, facts, after }: Trial): Broken[] {
  if (row.status !== 'hidden' || facts.visible || !facts.hasStatus) return [];
  return breaks(!after.hidden, 'success with status hidden stays hidden', after.visible ? 'visible' : 'not there');
}

/** What GitLab alone can tell is found out on the way. */
function endsAlike({ row, facts, dry, first }: Trial): Broken[] {
  const unknowable: readonly Outcome[] = ['failure', 'open'];
  if (facts.refusesDuplicates && unknowable.includes(expectedOutcome(row, facts))) return [];
  if (facts.refusesDuplicates && (row.ifExists === 'append' || row.ifExists === 'replace')) return [];
  const [planned, done] = [dry, first].map(({ run }) => (run.exitCode === 0 ? 'success' : (run.failure?.code ?? '')));
  return breaks(planned !== done, 'dry run and run end alike', `dry run: ${planned ?? ''}, run: ${done ?? ''}`);
}

function sameFilesTold({ dry, first }: Trial): Broken[] {
  if (dry.run.exitCode !== 0) return [];
  const told = words(filesOf(dry.run).map(({ name, status }) => `${name} ${doneStatus(status)}`));
  const done = words(filesOf(first.run).map(({ name, status }) => `${name} ${status}`));
  return breaks(told !== done, 'dry run and run name the same files', `dry run: ${told}; run: ${done}`);
}

function sameUploads(trial: Trial): Broken[] {
  const compared = comparedSends(trial);
  if (compared === undefined) return [];
  const [planned, sent] = [compared.planned, compared.sent].map((names) => words(names.filter((n) => n !== MANIFEST)));
  return breaks(
    planned !== sent,
    'dry run and run make the same uploads',
    `dry run: ${planned ?? ''}; run: ${sent ?? ''}`,
  );
}

function sameManifest(trial: Trial): Broken[] {
  const compared = comparedSends(trial);
  if (compared === undefined) return [];
  const [planned, sent] = [compared.planned.includes(MANIFEST), compared.sent.includes(MANIFEST)];
  const seen = `dry run: ${yesNo(planned)}, run: ${yesNo(sent)}`;
  return breaks(planned !== sent, 'the dry run tells whether a manifest is sent', seen);
}

/** Undefined where it depends on what only sending can find out. */
function comparedSends({ row, facts, dry, first }: Trial): { planned: string[]; sent: string[] } | undefined {
  if (dry.run.exitCode !== 0) return undefined;
  const knowable = facts.there === 'none' || (facts.there === 'some' && row.ifExists === 'verify');
  if (facts.refusesDuplicates && !knowable) return undefined;
  const sent = [...new Set(first.sent.puts.map(({ name }) => name))];
  const known = new Set([...sent, ...facts.ownNames, ...facts.foundNames, MANIFEST]);
  return { planned: [...plannedSteps(dry.run, known).sends], sent };
}

/** What a token that may not delete tries is its own affair; a hidden version without a manifest tells nobody its names. */
function sameDeletions({ facts, dry, first, after }: Trial): Broken[] {
  if (!facts.mayDelete || dry.run.exitCode !== 0) return [];
  if (!facts.visible && !(facts.manifestThere && after.visible)) return [];
  const gone = words(facts.foundNames.filter((name) => !after.listed.includes(name)));
  const known = new Set([...facts.foundNames, ...facts.ownNames, MANIFEST]);
  // An older copy of a name that stays is no name that goes.
  const planned = words([...plannedSteps(dry.run, known).deletes].filter((name) => !facts.ownNames.includes(name)));
  const seen = `dry run: ${planned}; run: ${gone} (${sentWords({ puts: [], deletes: first.sent.deletes })})`;
  return breaks(planned !== gone, 'dry run and run delete the same names', seen);
}

/** Every upload that is told was made, and at most one more, that of a file which makes the version visible. */
function sentAsTold({ first }: Trial): Broken[] {
  const told = filesOf(first.run);
  const claimed = told.filter(({ status }) => status === 'uploaded' || status === 'replaced').map(({ name }) => name);
  const sent = new Set(first.sent.puts.map(({ name }) => name).filter((name) => !isOwnMark(name)));
  const unsent = claimed.filter((name) => !sent.has(name));
  const more = [...sent].filter((name) => !claimed.includes(name));
  return [
    ...breaks(unsent.length > 0, 'what is told as uploaded was sent', words(unsent)),
    ...breaks(more.length > 1, 'what was sent is told as uploaded', words(more)),
    ...breaks(first.run.outputs.uploaded !== claimed.length, 'the output uploaded counts them', words(claimed)),
  ];
}

function namesTold(trial: Trial): Broken[] {
  const expected = expectedNames(trial);
  if (expected === undefined) return [];
  const told = words(filesOf(trial.first.run).map(({ name }) => name));
  return breaks(
    told !== words(expected),
    'the outputs list the files of the version',
    `${told}, not ${words(expected)}`,
  );
}

/** Undefined where a token that cannot list may or may not have seen what others put there. */
function expectedNames({ row, facts }: Trial): readonly string[] | undefined {
  const { ownNames, foundNames, complete } = facts;
  if (row.ifExists !== 'skip' && row.ifExists !== 'append') return ownNames;
  if (complete === 'unsure') return undefined;
  if (complete === 'no') return ownNames;
  return row.ifExists === 'skip' ? foundNames : [...new Set([...ownNames, ...foundNames])];
}

/** The run leaves the content as it is, or may do so. */
function mayLeave({ row, facts }: Trial): boolean {
  return row.ifExists === 'skip' && facts.complete !== 'no';
}

function contentsServed(trial: Trial): Broken[] {
  const { row, facts, first, after } = trial;
  const told = filesOf(first.run).filter(({ name, sha256: digest }) => digestOf(after.contents[name]) !== digest);
  const owned = mayLeave(trial) ? [] : Object.entries(OWN);
  const own = owned.filter(([name, content]) => after.contents[name] !== content);
  const kept = row.ifExists === 'skip' && facts.complete === 'yes' ? Object.entries(facts.found) : [];
  const changed = kept.filter(([name, content]) => after.contents[name] !== content);
  return [
    ...breaks(told.length > 0, 'what the outputs tell is served', words(told.map(({ name }) => name))),
    ...breaks(own.length > 0, "this run's content is served", words(own.map(([name]) => name))),
    ...breaks(changed.length > 0, 'skip changes nothing', words(changed.map(([name]) => name))),
  ];
}

function manifestServed(trial: Trial): Broken[] {
  const { row, facts, first, after } = trial;
  const { digest } = first.run.outputs;
  const text = after.contents[MANIFEST];
  if (row.manifest === 'none' || text === undefined) {
    const without = row.manifest === 'none' || (mayLeave(trial) && facts.visible && !facts.manifestThere);
    return [
      ...breaks(!without, 'a manifest is written', 'none is served'),
      ...breaks(digest !== '', 'without a manifest there is no digest', String(digest)),
    ];
  }
  const listed = words((manifestFiles(text) ?? []).map(({ name, size, sha256: sum }) => `${name} ${size} ${sum}`));
  const told = words(filesOf(first.run).map(({ name, size, sha256: sum }) => `${name} ${size} ${sum}`));
  return [
    ...breaks(listed !== told, 'the manifest lists what the outputs list', `manifest: ${listed}; outputs: ${told}`),
    ...breaks(digest !== `sha256:${sha256(text)}`, "the digest is the served manifest's", String(digest)),
  ];
}

function checksumsVerify(trial: Trial): Broken[] {
  const { row, facts, first, after } = trial;
  const text = after.contents[CHECKSUMS];
  const without = mayLeave(trial) && !facts.foundNames.includes(CHECKSUMS);
  if (row.checksums === 'none' || (without && text === undefined)) return [];
  if (text === undefined) return breaks(true, 'the checksums file is served', 'it is not there');
  const lines = text.split('\n').filter((line) => line !== '');
  const sums = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  const wrong = [...sums].filter(([name, sum]) => digestOf(after.contents[name]) !== sum).map(([name]) => name);
  const names = filesOf(first.run).map(({ name }) => name);
  const missing = names.filter((name) => name !== CHECKSUMS && !sums.has(name));
  return [
    ...breaks(wrong.length > 0, 'every line of the checksums file verifies', words(wrong)),
    ...breaks(missing.length > 0, 'the checksums file lists every file of the version', `without ${words(missing)}`),
  ];
}

function replaceLeavesOwn({ row, facts, first, after }: Trial): Broken[] {
  if (row.ifExists !== 'replace' || !after.visible) return [];
  const left = after.listed.filter((name) => !isOwnMark(name) && !facts.ownNames.includes(name));
  if (left.length === 0) return [];
  if (facts.mayDelete) return breaks(true, 'replace leaves exactly the names of this run', `also ${words(left)}`);
  const told = warningsOf(first.run).some((line) => /fetched|cannot (see|list)/.test(line));
  return breaks(!told, 'rows that replace leaves behind are warned of as still fetched by name', words(left));
}

function appendKeeps({ row, facts, after }: Trial): Broken[] {
  if (row.ifExists !== 'append') return [];
  const others = Object.entries(facts.found).filter(([name]) => !facts.ownNames.includes(name));
  const lost = others.filter(([name, content]) => after.contents[name] !== content);
  return breaks(lost.length > 0, 'append keeps what was there', `lost: ${words(lost.map(([name]) => name))}`);
}

/** "Files that are in the registry but not in this run are named", as soon as a list can tell them. */
function strayNamed({ row, facts, first, after }: Trial): Broken[] {
  if (facts.visible || facts.manifestThere || !facts.lists || !after.visible) return [];
  const strays = facts.foundNames.filter((name) => !facts.ownNames.includes(name));
  const unnamed = strays.filter((name) => !first.run.log.includes(name));
  const gone = row.ifExists === 'replace' && facts.mayDelete;
  return breaks(!gone && unnamed.length > 0, 'what an incomplete version has besides is named', words(unnamed));
}

function otherContentWarned({ row, facts, first }: Trial): Broken[] {
  // It may be a complete version, which is kept.
  if (row.ifExists === 'skip' && facts.complete === 'unsure') return [];
  if (facts.visible || facts.manifestThere || facts.there !== 'other') return [];
  const told = warningsOf(first.run).some((line) => line.includes('a.txt'));
  return breaks(!told, 'other content of an incomplete version is warned of', 'no warning names a.txt');
}

/** Under duplicates refused it is what GitLab took that counts: a refused upload is how it is found out. */
function refusalSendsNothing({ row, facts, first }: Trial): Broken[] {
  if (facts.refusesDuplicates && expectedOutcome(row, facts) !== 'refusal') return [];
  const sent = facts.refusesDuplicates ? accepted(first.sent) : first.sent;
  return breaks(anything(sent), 'a refusal sends nothing', sentWords(sent));
}

function againEnds(trial: Trial): Broken[] {
  const { first, second } = trial;
  const [one, other] = [first, second].map(({ run }) => run.failure?.code ?? 'success');
  if (first.run.exitCode !== 0)
    return breaks(one !== other, 'an error stays the same error', `${one ?? ''}, ${other ?? ''}`);
  const expected = expectedAgain(trial);
  return breaks(
    expected !== undefined && other !== expected,
    `the same command again: ${expected ?? ''}`,
    `${other ?? ''}: ${second.run.failure?.message ?? ''} ${words(second.run.failure?.problems ?? [])}`,
  );
}

/** Undefined where a token that cannot list cannot tell a complete version from an incomplete one. */
function expectedAgain({ row, facts, after }: Trial): string | undefined {
  if (row.ifExists !== 'fail') return 'success';
  if (!facts.lists && row.manifest !== 'default') return undefined;
  return after.contents[MANIFEST] !== undefined || after.visible ? 'conflict' : 'success';
}

/**
 * What an earlier run left in a hidden version shows in no list until the version is visible. Only then can
 * `append` list it, which without a manifest means the checksums file alone.
 */
function learnsWhatWasLeft({ row, facts }: Trial): boolean {
  return (
    row.ifExists === 'append' && row.manifest === 'none' && facts.lists && !facts.visible && row.before !== 'nothing'
  );
}

function againSendsNothing(trial: Trial): Broken[] {
  const { row, facts, second } = trial;
  const { sent } = second;
  const promise = 'the same command again sends nothing';
  if (learnsWhatWasLeft(trial)) {
    const others = sent.puts.filter(({ name }) => name !== CHECKSUMS);
    return breaks(others.length + sent.deletes.length > 0, `${promise} but the checksums file`, sentWords(sent));
  }
  if (facts.lists) return breaks(anything(sent), promise, sentWords(sent));
  const isOne = ({ name }: { readonly name: string }): boolean =>
    row.manifest === 'default' ? name === MANIFEST : name in OWN || name === CHECKSUMS;
  const fine = sent.deletes.length === 0 && sent.puts.length <= 1 && sent.puts.every(isOne);
  return breaks(!fine, `${promise} but what makes the version visible`, sentWords(sent));
}

function againSameDigest({ first, second }: Trial): Broken[] {
  if (second.run.exitCode !== 0) return [];
  const [one, other] = [first, second].map(({ run }) => String(run.outputs.digest));
  return breaks(one !== other, 'the same command again has the same digest', `${one ?? ''}, then ${other ?? ''}`);
}

function breaks(isBroken: boolean, promise: string, seen: string): Broken[] {
  return isBroken ? [{ promise, seen }] : [];
}

function statusIn(query: string): string | null {
  return new URLSearchParams(query).get('status');
}

function anything({ puts, deletes }: Sent): boolean {
  return puts.length + deletes.length > 0;
}

function digestOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : sha256(text);
}

/** In order, so that two lists of the same are equal. */
function words(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : [...names].sort().join(', ');
}

function yesNo(is: boolean): string {
  return is ? 'yes' : 'no';
}
