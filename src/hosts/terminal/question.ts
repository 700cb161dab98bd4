/** A question to the person at the terminal, on standard error; the answer is one line of standard input. */
import { createInterface } from 'node:readline';
import type { Surroundings } from '../surroundings.ts';

/** Undefined where standard input or standard error is no terminal. Rejects with the signal's reason. */
export async function askPerson(
  { stdin, stderr }: Pick<Surroundings, 'stdin' | 'stderr'>,
  question: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!('isTTY' in stdin) || stdin.isTTY !== true || stderr.isTTY !== true) return undefined;
  const lines = createInterface({ input: stdin });
  stderr.write(`${question} `);
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = (): void => {
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', stop, { once: true });
      lines.once('line', resolve);
      // Nothing more will be typed.
      lines.once('close', () => {
        resolve('');
      });
      if (signal.aborted) stop();
    });
  } finally {
    lines.close();
  }
}
