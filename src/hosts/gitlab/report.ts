/** What a GitLab job shows besides its log: annotations, and the texts of log sections. Pure. */
import { harmless } from '../../core/text.ts';
import type { Link } from '../../definitions/command.ts';
import type { GroupMarks } from '../text/stream-log.ts';

/** GitLab takes 80 KiB of annotations. */
const MAX_LINKS = 15;
const MAX_LABEL = 255;
const MAX_URL = 2000;
const CLEAR_LINE = '\u001b[0K';

/** The content of a file for `artifacts:reports:annotations`. */
export function annotationsText(links: readonly Link[], clean: (text: string) => string): string {
  const shown = links
    .map(({ label, url }) => ({
      label: harmless(clean(label), { limit: MAX_LABEL }),
      url: clean(url),
    }))
    .filter(({ url }) => url.length <= MAX_URL && /^https?:\/\//.test(url))
    .slice(0, MAX_LINKS)
    .map((link) => ({ external_link: link }));
  // A list without links would be shown as an empty heading.
  return `${JSON.stringify(shown.length === 0 ? {} : { 'generic-packages': shown }, null, 2)}\n`;
}

/** Collapsible sections of GitLab's log; a section's name must be unique within the job's log. */
export function sectionMarks(command: string, now: () => number): GroupMarks {
  let count = 0;
  const seconds = (): number => Math.floor(now() / 1000);
  const start = now();
  const name = (): string => `generic_packages.${command}.${start}.${count}`;
  return {
    open(title) {
      count += 1;
      return `${CLEAR_LINE}section_start:${seconds()}:${name()}[collapsed=true]\r${CLEAR_LINE}${title}\n`;
    },
    close: () => `${CLEAR_LINE}section_end:${seconds()}:${name()}\r${CLEAR_LINE}\n`,
  };
}
