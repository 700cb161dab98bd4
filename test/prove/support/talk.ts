/** What runs and GitLab say to each other about a CI/CD variable, overheard in the proxy between them. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Passing, RelayRules } from './relay.ts';

/** One answer that came from the variables API. */
export interface Said {
  /** Whose request it was. */
  readonly token: string;
  readonly method: string;
  /** What the variable held, read or written; undefined: an error. */
  readonly value: string | undefined;
}

export interface Talk {
  /** In the order in which the answers left. */
  readonly said: readonly Said[];
  readonly rules: Pick<RelayRules, 'body'>;
}

/** Listens to requests with access tokens alone: jobs have no other use for one than the variable. */
export function overhear(): Talk {
  const said: Said[] = [];
  return {
    said,
    rules: {
      body: (passing, answer) => {
        const token = variableTokenOf(passing);
        return token === undefined
          ? undefined
          : { body: Readable.from(heard(answer, { token, method: passing.method }, said)) };
      },
    },
  };
}

/** The access token of a request; undefined for one that has nothing to do with a variable. */
export function variableTokenOf({ headers }: Passing): string | undefined {
  const token = headers['private-token'];
  return typeof token === 'string' ? token : undefined;
}

/** Noted down before the run hears of it, so that one run's talk is always in order. */
async function* heard(answer: IncomingMessage, of: Omit<Said, 'value'>, said: Said[]): AsyncGenerator<Buffer> {
  const bytes = await buffer(answer);
  const { value } = JSON.parse(bytes.toString()) as { value?: string };
  said.push({ ...of, value });
  yield bytes;
}
