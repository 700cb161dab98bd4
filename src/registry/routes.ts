/** The table of API routes below `/api/v4`. */
import type { Call } from './wire/call.ts';
import { downloadGeneric } from './packages/download.ts';
import { uploadGeneric } from './packages/upload.ts';
import { showGroup } from './accounts/groups.ts';
import { showJob, showMetadata, showOwnToken, showUser, showVersion } from './accounts/identity.ts';
import { listMembers, showMember } from './accounts/members.ts';
import { deletePackageFile, downloadPackageFile, listPackageFiles } from './packages/files.ts';
import {
  deletePackage,
  listGroupPackages,
  listPackagePipelines,
  listProjectPackages,
  showPackage,
} from './packages/packages.ts';
import { listProtectionRules } from './packages/protection-rules.ts';
import { listProjects, showProject } from './accounts/projects.ts';
import { createLink, deleteLink, listLinks, showLink, updateLink } from './releases/links.ts';
import { createRelease, deleteRelease, updateRelease } from './releases/release-changes.ts';
import { listReleases, redirectToAsset, redirectToLatest, showRelease } from './releases/releases.ts';
import { createTag, deleteTag, listTags, showTag } from './tags/tags.ts';
import { createVariable, deleteVariable, listVariables, showVariable, updateVariable } from './variables/variables.ts';
import { listBranches, listMergeRequests, showBranch, showCommit } from './repository/code-routes.ts';
import { type Route, route } from './wire/router.ts';

export type Handler = (call: Call) => void | Promise<void>;

const GENERIC = '/projects/:project/packages/generic/:name/:version/*';
const PACKAGES = '/projects/:project/packages';
const FILES = `${PACKAGES}/:package_id/package_files`;
const REPOSITORY = '/projects/:project/repository';
const TAGS = `${REPOSITORY}/tags`;
const RELEASES = '/projects/:project/releases';
const RELEASE = `${RELEASES}/:tag_name`;
const MEMBERS = '/projects/:project/members';
const LINKS = `${RELEASE}/assets/links`;

/** Most asked first; `generic` comes before the ids, which it would otherwise be taken for. */
export const API_ROUTES: readonly Route<Handler>[] = [
  route('PUT', GENERIC, uploadGeneric),
  route('GET', GENERIC, downloadGeneric, true),
  route('GET', PACKAGES, listProjectPackages),
  route('GET', FILES, listPackageFiles),
  route('GET', `${FILES}/:package_file_id/download`, downloadPackageFile, true),
  route('DELETE', `${FILES}/:package_file_id`, deletePackageFile),
  route('GET', `${PACKAGES}/protection/rules`, listProtectionRules),
  route('GET', `${PACKAGES}/:package_id`, showPackage),
  route('GET', `${PACKAGES}/:package_id/pipelines`, listPackagePipelines),
  route('DELETE', `${PACKAGES}/:package_id`, deletePackage),
  route('GET', '/groups/:group/packages', listGroupPackages),
  route('GET', '/groups/:group', showGroup),
  ...['/projects/:project/variables', '/groups/:group/variables'].flatMap((variables) => [
    route<Handler>('GET', variables, listVariables),
    route<Handler>('POST', variables, createVariable),
    route<Handler>('GET', `${variables}/:key`, showVariable),
    route<Handler>('PUT', `${variables}/:key`, updateVariable),
    route<Handler>('DELETE', `${variables}/:key`, deleteVariable),
  ]),
  route('GET', TAGS, listTags),
  route('POST', TAGS, createTag),
  route('GET', `${TAGS}/:tag_name`, showTag),
  route('DELETE', `${TAGS}/:tag_name`, deleteTag),
  route('GET', `${REPOSITORY}/commits/:sha`, showCommit),
  route('GET', `${REPOSITORY}/commits/:sha/merge_requests`, listMergeRequests),
  route('GET', `${REPOSITORY}/branches`, listBranches),
  route('GET', `${REPOSITORY}/branches/:branch`, showBranch),
  route('GET', RELEASES, listReleases),
  route('POST', RELEASES, createRelease),
  route('GET', `${RELEASES}/permalink/latest`, redirectToLatest),
  route('GET', `${RELEASES}/permalink/latest/*`, redirectToLatest),
  route('GET', RELEASE, showRelease),
  route('PUT', RELEASE, updateRelease),
  route('DELETE', RELEASE, deleteRelease),
  route('GET', `${RELEASE}/downloads/*`, redirectToAsset),
  route('GET', LINKS, listLinks),
  route('POST', LINKS, createLink),
  route('GET', `${LINKS}/:link_id`, showLink),
  route('PUT', `${LINKS}/:link_id`, updateLink),
  route('DELETE', `${LINKS}/:link_id`, deleteLink),
  ...[`${MEMBERS}/all`, MEMBERS].flatMap((members) => [
    route<Handler>('GET', members, listMembers),
    route<Handler>('GET', `${members}/:user_id`, showMember),
  ]),
  route('GET', '/projects/:project', showProject),
  route('GET', '/projects', listProjects),
  route('GET', '/user', showUser),
  route('GET', '/personal_access_tokens/self', showOwnToken),
  route('GET', '/job', showJob),
  route('GET', '/version', showVersion),
  route('GET', '/metadata', showMetadata),
];
