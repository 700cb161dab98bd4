/** The table of API routes below `/api/v4`. */
import type { Call } from './wire/call.ts';
import { downloadGeneric } from './packages/download.ts';
import { uploadGeneric } from './packages/upload.ts';
import { showMetadata, showUser, showVersion } from './accounts/identity.ts';
import { deletePackageFile, downloadPackageFile, listPackageFiles } from './packages/files.ts';
import {
  deletePackage,
  listGroupPackages,
  listProjectPackages,
  showPackage,
} from './packages/packages.ts';
import { listProjects, showProject } from './accounts/projects.ts';
import { type Route, route } from './wire/router.ts';

export type Handler = (call: Call) => void | Promise<void>;

const GENERIC = '/projects/:project/packages/generic/:name/:version/*';
const PACKAGES = '/projects/:project/packages';
const FILES = `${PACKAGES}/:package_id/package_files`;

/** Most asked first; `generic` comes before the ids, which it would otherwise be taken for. */
export const API_ROUTES: readonly Route<Handler>[] = [
  route('PUT', GENERIC, uploadGeneric),
  route('GET', GENERIC, downloadGeneric, true),
  route('GET', PACKAGES, listProjectPackages),
  route('GET', FILES, listPackageFiles),
  route('GET', `${FILES}/:package_file_id/download`, downloadPackageFile, true),
  route('DELETE', `${FILES}/:package_file_id`, deletePackageFile),
  route('GET', `${PACKAGES}/:package_id`, showPackage),
  route('DELETE', `${PACKAGES}/:package_id`, deletePackage),
  route('GET', '/groups/:group/packages', listGroupPackages),
  route('GET', '/projects/:project', showProject),
  route('GET', '/projects', listProjects),
  route('GET', '/user', showUser),
  route('GET', '/version', showVersion),
  route('GET', '/metadata', showMetadata),
];
