/** Which address is which page. Project paths have any number of segments, so GitLab's `-` marks where they end. */
import type { Match, Method } from '../wire/router.ts';
import type { Handler } from '../routes.ts';
import { sendStyle, STYLE_PATH } from './document.ts';
import { sendPackageFile, showPackageFiles, showPackages, showProjects } from './pages.ts';
import { sendToAsset, showReleasePage, showReleases } from './release-pages.ts';
import { signIn, signOut } from './sign-in.ts';

/** The page at these segments of the path, or undefined. */
export function findPage(method: string, segments: readonly string[]): Match<Handler> | undefined {
  const path = `/${segments.join('/')}`;
  if (method === 'POST') {
    if (path === '/') return page('POST', signIn);
    return path === '/-/leave' ? page('POST', signOut) : undefined;
  }
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  if (path === '/')
    return page('GET', (call) => {
      showProjects(call);
    });
  if (path === STYLE_PATH) return page('GET', sendStyle);
  return findProjectPage(segments);
}

function findProjectPage(segments: readonly string[]): Match<Handler> | undefined {
  const dash = segments.indexOf('-');
  const end = dash < 0 ? segments.length : dash;
  const params = new Map([['path', segments.slice(0, end).join('/')]]);
  const [kind, id, action] = segments.slice(end + 1);
  if (kind === 'releases') return findReleasePage(segments.slice(end + 2), params);
  const depth = segments.length - end;
  if (dash < 0 || (kind === 'packages' && depth === 2)) return page('GET', showPackages, params);
  if (id === undefined || !/^\d{1,15}$/.test(id)) return undefined;
  params.set('id', id);
  if (kind === 'packages' && depth === 3) return page('GET', showPackageFiles, params);
  const isDownload = kind === 'package_files' && action === 'download' && depth === 4;
  return isDownload ? page('GET', sendPackageFile, params, true) : undefined;
}

/** `…/releases`, `…/releases/:tag`, `…/releases/:tag/downloads/*`; `permalink/latest` stands for the newest tag. */
function findReleasePage(segments: readonly string[], params: Map<string, string>): Match<Handler> | undefined {
  if (segments.length === 0) return page('GET', showReleases, params);
  const isLatest = segments[0] === 'permalink' && segments[1] === 'latest';
  if (!isLatest) params.set('tag', segments[0] ?? '');
  const [what, ...rest] = segments.slice(isLatest ? 2 : 1);
  if (what === undefined) return page('GET', showReleasePage, params);
  if (what !== 'downloads' || rest.length === 0 || rest.includes('')) return undefined;
  return { ...page('GET', sendToAsset, params), rest };
}

function page(
  method: Method,
  handle: Handler,
  params: ReadonlyMap<string, string> = new Map(),
  sendsFile = false,
): Match<Handler> {
  return { route: { method, pattern: [], handle, sendsFile }, params, rest: [] };
}
