/** Reads the fields of GitLab's JSON: foreign values, taken only for what they are. */

import { RequestFailure } from '../failures/request-failure.ts';

export type Fields = Readonly<Record<string, unknown>>;

const NOT_GITLAB = 'Another server may have answered in place of GitLab: check api-url.';

/** The fields of an object; of anything else none. */
export function fieldsOf(item: unknown): Fields {
  return typeof item === 'object' && item !== null && !Array.isArray(item) ? (item as Fields) : {};
}

/** A text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A row's id. */
export function idOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** `item` lacks what makes it `what`, for example "a package". */
export function unreadable(what: string, item: unknown, hint: string = NOT_GITLAB): RequestFailure {
  const names = Object.keys(fieldsOf(item)).slice(0, 10).join(', ').slice(0, 200);
  return new RequestFailure(
    'protocol',
    `GitLab answered with something that is not ${what} (${names || 'no fields'})`,
    {
      hint,
    },
  );
}
