/** Texts that would show a secret of this run to everybody who sees the release. Pure. */
import { secretsOf } from '../../gitlab/credentials.ts';
import type { Context } from '../../definitions/context.ts';
import type { Problem } from '../../definitions/command.ts';
import type { Connection } from '../shared/connection.ts';

/** `texts` by input. The secret itself is never part of the problem. */
export function secretProblems(
  texts: Readonly<Record<string, string | undefined>>,
  connection: Connection | undefined,
  context: Context,
): readonly Problem[] {
  const secrets = secretsOfRun(connection, context);
  return Object.entries(texts).flatMap(([input, text]) => {
    const holder = secrets.find(({ forms }) => forms.some((form) => text?.includes(form)));
    return holder === undefined
      ? []
      : [
          {
            input,
            problem: `holds ${holder.what}, which the release would show to everybody who sees it. Take it out`,
          },
        ];
  });
}

interface Secret {
  /** In words. */
  readonly what: string;
  readonly forms: readonly string[];
}

/** A job token that is not used here is a secret all the same. */
function secretsOfRun(connection: Connection | undefined, { job }: Context): readonly Secret[] {
  const { credential } = connection ?? {};
  return [
    ...(credential === undefined ? [] : [{ what: 'the token of this run', forms: secretsOf(credential) }]),
    ...(job?.jobToken === undefined || job.jobToken === '' ? [] : [{ what: 'the job token', forms: [job.jobToken] }]),
  ];
}
