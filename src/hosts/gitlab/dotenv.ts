/** Outputs → GitLab's dotenv report, within the limits of every GitLab. Pure; nothing is written. */
import { dotenvName } from '../../definitions/job-files.ts';

/** The smallest limits met: 20 variables on older instances, a file below 5,120 bytes. */
const MAX_VARIABLES = 15;
const MAX_BYTES = 4000;
/**
 * GitLab expands `$` in values, keeps quotes as they are, trims both sides and refuses the whole
 * report for one line that is not an assignment.
 */
const SAFE_VALUE = /^[A-Za-z0-9._~:/@%+?&=,#-]*$/;

export interface DotenvReport {
  readonly content: string;
  /** Variables that are not in the report, with why. */
  readonly omitted: readonly { readonly name: string; readonly why: string }[];
}

/** `values` are outputs by name, in the order in which they matter. */
export function dotenvReport(
  command: string,
  outputPrefix: string,
  values: readonly (readonly [output: string, text: string])[],
): DotenvReport {
  const lines: string[] = [];
  const omitted: { name: string; why: string }[] = [];
  let bytes = 0;
  for (const [output, text] of values) {
    const name = dotenvName(command, output, outputPrefix);
    const line = `${name}=${text}\n`;
    const fits = lines.length < MAX_VARIABLES && bytes + line.length <= MAX_BYTES;
    if (!SAFE_VALUE.test(text)) omitted.push({ name, why: 'its value contains characters that GitLab would change' });
    else if (!fits)
      omitted.push({
        name,
        why: `the report may hold ${MAX_VARIABLES} variables and ${MAX_BYTES} bytes`,
      });
    else {
      lines.push(line);
      bytes += line.length;
    }
  }
  return { content: lines.join(''), omitted };
}
