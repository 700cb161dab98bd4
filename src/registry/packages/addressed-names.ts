/** Reads package name, version, directories and file name from the address of a generic route. */
import { type Call, param } from '../wire/call.ts';
import type { GivenNames } from './names.ts';
import { routeNotFound } from '../wire/refusal.ts';

/** All names decoded once; 404 for directories where the version has none. */
export function givenNames(call: Call): GivenNames {
  const { rest } = call;
  if (rest.length > 1 && !call.instance.profile.directories) throw routeNotFound();
  return {
    name: param(call, 'name'),
    version: param(call, 'version'),
    path: rest.length > 1 ? rest.slice(0, -1).join('/') : undefined,
    file: rest[rest.length - 1] ?? '',
  };
}
