/** What Windows and macOS make of names: folding, and what Windows cannot hold. */

import { quoted } from '../text.ts';

const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;
/** What both systems fold in case only. */
const ASCII = /^[ -~]*$/;
const FORBIDDEN = /[<>"|?*]/;

/** One key for all names that the system takes for one: case and Unicode form, where it folds them. */
export function foldName(name: string, os: NodeJS.Platform): string {
  if (os !== 'win32' && os !== 'darwin') return name;
  if (ASCII.test(name)) return name.toLowerCase();
  // Upper, then lower: catches letters with several small forms (σ ς, s ſ) as well.
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFD');
}

/** Why Windows cannot hold a file or folder of this name, if so. */
export function windowsSegmentProblem(segment: string): string | undefined {
  if (FORBIDDEN.test(segment)) return 'has a character that Windows refuses: < > " | ? *';
  if (segment.endsWith('.') || segment.endsWith(' '))
    return 'has a segment that ends with a dot or blank, which Windows drops';
  const dot = segment.indexOf('.');
  const stem = (dot < 0 ? segment : segment.slice(0, dot)).trimEnd();
  return DEVICE.test(stem) ? `has a segment ${quoted(segment)}, which is a device on Windows` : undefined;
}
