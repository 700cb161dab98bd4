/** Single parameters of a request's path, query and headers, as Grape checks them. Those of bodies: fields.ts. */
import { type Call, param } from './call.ts';
import { invalid, refused } from './refusal.ts';

/** An id of the path; anything but digits is Grape's 400. */
export function idParam(call: Call, name: string): number {
  const text = param(call, name);
  if (!/^\d{1,15}$/.test(text)) throw invalid(400, `${name} is invalid`);
  return Number(text);
}

/** 412 when the row changed after `If-Unmodified-Since`, to the millisecond; a date that is none is passed over. */
export function assertUnmodified(call: Call, updatedAt: number): void {
  const since = Date.parse(call.request.headers['if-unmodified-since'] ?? '');
  if (updatedAt > since) throw refused(412, '412 Precondition Failed');
}

/** A parameter with fixed words: Grape's 400 for others. */
export function choiceParam<const T extends string>(call: Call, name: string, choices: readonly T[], fallback: T): T {
  const given = call.query.get(name);
  if (given === null) return fallback;
  const match = choices.find((choice) => choice === given);
  if (match === undefined) throw invalid(400, `${name} does not have a valid value`);
  return match;
}

/** Text of the query; an empty one counts as absent. */
export function textParam(call: Call, name: string): string | undefined {
  const text = call.query.get(name);
  return text === null || text === '' ? undefined : text;
}
