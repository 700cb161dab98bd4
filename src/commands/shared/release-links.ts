/** Which packages of a project the links of releases point at, by their addresses. Pure. */

/** What links of releases point at, in the project that holds the package. */
export interface LinkedPackages {
  /** `name/version`. */
  readonly versions: ReadonlySet<string>;
  readonly packageIds: ReadonlySet<number>;
  readonly fileIds: ReadonlySet<number>;
}

export interface LinkedProject {
  readonly id: number;
  /** Full path. */
  readonly path: string;
}

/**
 * Links count by `/packages/generic/<name>/<version>/` below the project's id or path, by `/-/packages/<id>` and by
 * `/-/package_files/<id>/download`; whatever the host is, for a GitLab may have several names.
 */
export function linkedPackages(urls: Iterable<string>, project: LinkedProject): LinkedPackages {
  const versions = new Set<string>();
  const packageIds = new Set<number>();
  const fileIds = new Set<number>();
  for (const url of urls) {
    const segments = segmentsOf(url);
    const generic = genericPackage(segments, project);
    if (generic !== undefined) versions.add(generic);
    const page = pageOf(segments, project);
    if (page?.kind === 'packages') packageIds.add(page.id);
    if (page?.kind === 'package_files') fileIds.add(page.id);
  }
  return { versions, packageIds, fileIds };
}

function segmentsOf(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  return new URL(url).pathname.split('/').slice(1).map(decoded);
}

/** `…/projects/<id or path>/packages/generic/<name>/<version>/<file>`; a path may have its slashes encoded or not. */
function genericPackage(segments: readonly string[], project: LinkedProject): string | undefined {
  for (let at = 0; at + 4 < segments.length; at += 1) {
    if (segments[at] !== 'packages' || segments[at + 1] !== 'generic') continue;
    const start = segments.lastIndexOf('projects', at);
    if (start === -1 || !isProject(segments.slice(start + 1, at).join('/'), project)) continue;
    return `${segments[at + 2] ?? ''}/${segments[at + 3] ?? ''}`;
  }
  return undefined;
}

function pageOf(
  segments: readonly string[],
  { path }: LinkedProject,
): { kind: 'packages' | 'package_files'; id: number } | undefined {
  const at = segments.lastIndexOf('-');
  const [kind, id = ''] = segments.slice(at + 1);
  if (at === -1 || (kind !== 'packages' && kind !== 'package_files') || !/^\d{1,15}$/.test(id)) return undefined;
  const page = `/${segments.slice(0, at).join('/')}`.toLowerCase();
  return page.endsWith(`/${path.toLowerCase()}`) ? { kind, id: Number(id) } : undefined;
}

function isProject(text: string, { id, path }: LinkedProject): boolean {
  return text === String(id) || text.toLowerCase() === path.toLowerCase();
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
