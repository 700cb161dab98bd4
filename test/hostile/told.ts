/** What a run said, and that nothing of it works as anything but text: for any platform, whatever the names were. */
import { expect } from '@jest/globals';
import type { Platform, PlatformRun } from '../support/platform.ts';

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;
const CLEAR_LINE = `${String.fromCodePoint(0x1b)}\\[0K`;
/** The marks of our own sections in GitLab's log. */
const SECTION = new RegExp(
  `${CLEAR_LINE}section_(?:start|end):\\d+:generic_packages\\.[a-z]+\\.\\d+\\.\\d+(?:\\[collapsed=true\\])?\\r${CLEAR_LINE}`,
  'g',
);
const OWN_COMMAND = /^::(?:group|endgroup|error|warning|add-mask)::/;

/** Everything that people see of a run, without what a platform adds of its own. */
export function shown(platform: Platform, { stdout, stderr }: PlatformRun): string {
  if (platform.kind === 'terminal') return stderr;
  return (stdout + stderr).replaceAll(SECTION, '');
}

/**
 * Nothing invisible, nothing that the runner takes for a command of its own, and no line that begins
 * with foreign text: hostile names of these tests say `pwned` where they would begin one.
 */
export function expectHarmless(platform: Platform, run: PlatformRun): void {
  const lines = shown(platform, run).split('\n');
  expect(lines.filter((line) => INVISIBLE.test(line))).toEqual([]);
  expect(lines.filter((line) => /^\s*(?:- )?(?:error: |warning: )?pwned/.test(line))).toEqual([]);
  if (platform.kind === 'terminal' || platform.kind === 'gitlab') return;
  expect(lines.filter((line) => line.trimStart().startsWith('::') && !OWN_COMMAND.test(line))).toEqual([]);
  expect(lines.filter((line) => line.includes('##['))).toEqual([]);
  const errors = lines.filter((line) => line.startsWith('::error::'));
  expect(errors).toHaveLength(run.code === 0 ? 0 : 1);
  expect(INVISIBLE.test(decodeURIComponent(errors.join('')).replaceAll('\n', ''))).toBe(false);
}

/** The one error as its platform shows it, with all its lines; empty when there is none. */
export function errorText(platform: Platform, run: PlatformRun): string {
  const text = shown(platform, run);
  if (platform.kind === 'terminal' || platform.kind === 'gitlab') return text.slice(text.search(/^error: /m) >>> 0);
  return decodeURIComponent(text.split('\n').find((line) => line.startsWith('::error::')) ?? '');
}
