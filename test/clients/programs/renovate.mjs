/** Asks Renovate's datasource for GitLab packages which versions there are: node renovate.mjs PROJECT:PACKAGE */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const folder = `${process.env.CLIENTS}/renovate/node_modules/renovate/dist`;
const load = (path) => import(pathToFileURL(`${folder}/${path}`).href);
const hostRules = await load('util/host-rules.js');
const { getPkgReleases } = await load('modules/datasource/index.js');
const { init } = await load('util/cache/memory/index.js').catch(() => ({ init: () => undefined }));
init();
hostRules.add({ matchHost: process.env.URL, token: process.env.TOKEN, hostType: 'gitlab' });
void createRequire;
const found = await getPkgReleases({
  datasource: process.argv[3] ?? 'gitlab-packages',
  packageName: process.argv[2],
  registryUrls: [process.env.URL],
});
console.log((found?.releases ?? []).map(({ version }) => version).join('\n'));
process.exit(0);
