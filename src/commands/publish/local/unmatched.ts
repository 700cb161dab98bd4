/** Patterns of several that add no file: why, and whether the run ends for it. */
import { Failure } from '../../../core/errors.ts';
import type { UnmatchedPattern } from '../../../core/selection/selection.ts';
import { quoted } from '../../../core/text.ts';
import { typedSwitch } from '../../../definitions/naming.ts';
import type { Tools } from '../../../definitions/command.ts';
import type { PublishInputs } from '../inputs.ts';
import type { LocalRequest } from '../intent.ts';

/** Throws `no-files` for those that are an error, naming each; tells the others. */
export function refuseUnmatched(
  unmatched: readonly UnmatchedPattern[],
  { directory }: LocalRequest,
  inputs: PublishInputs,
  { log, context }: Tools,
): void {
  const switchText = typedSwitch('include-hidden-files', true, context.platform);
  const problems: string[] = [];
  for (const pattern of unmatched) {
    const text = reasonText(pattern, directory, switchText);
    switch (severityOf(pattern, inputs['if-pattern-unmatched'])) {
      case 'error':
        problems.push(text);
        break;
      case 'warn':
        log.warn(text);
        break;
      case 'ignore':
        log.info(text);
    }
  }
  if (problems.length === 0) return;
  const [only = ''] = problems;
  throw new Failure('no-files', problems.length === 1 ? only : `${problems.length} patterns match no file`, {
    problems: problems.length === 1 ? [] : problems,
    hint:
      'Nothing was sent. Check that these files were built before this step, and the spelling; or set ' +
      '`if-pattern-unmatched` to `warn` or `ignore`.',
  });
}

/** `auto`: a name that is not there was meant to be; a wildcard may well match nothing. */
function severityOf(
  { isLiteral, reason }: UnmatchedPattern,
  choice: PublishInputs['if-pattern-unmatched'],
): 'error' | 'warn' | 'ignore' {
  if (choice !== 'auto') return choice;
  return isLiteral && reason === 'missing' ? 'error' : 'warn';
}

function reasonText({ text, reason }: UnmatchedPattern, directory: string, switchText: string): string {
  const pattern = `The pattern ${quoted(text)}`;
  switch (reason) {
    case 'excluded':
      return `${pattern} adds no file: a later pattern that begins with \`!\` takes out all that it matches`;
    case 'hidden':
      return `${pattern} matches hidden files only; ${switchText} takes them along`;
    case 'missing':
      return `${pattern} matches no file in ${directory}${misreadText(text)}`;
  }
}

/** What other tools read into such a pattern: a sentence after a full stop, or nothing. */
export function misreadText(text: string): string {
  if (/\{[^{}]*,[^{}]*\}/.test(text)) return '. Braces are ordinary characters here: give a line for each alternative';
  if (text.includes(',')) return '. A comma is an ordinary character here: give one pattern a line';
  if (/\[[^\]]*$/.test(text)) return '. A `[` without a `]` is an ordinary character here';
  return '';
}
