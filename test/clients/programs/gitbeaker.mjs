/** What a user of gitbeaker writes: node gitbeaker.mjs upload|download|list PACKAGE FILE [PATH] */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const found = createRequire(pathToFileURL(`${process.env.CLIENTS}/npm/`)).resolve('@gitbeaker/rest');
const { Gitlab } = await import(pathToFileURL(found).href);
const [action, name, file, path] = process.argv.slice(2);
const api = new Gitlab({ host: process.env.URL, token: process.env.TOKEN });

if (action === 'upload') {
  const content = new Blob([await readFile(path)]);
  await api.PackageRegistry.publish(42, name, '1.0.0', { content, filename: file });
} else if (action === 'download') {
  const content = await api.PackageRegistry.download(42, name, '1.0.0', file);
  const bytes = content instanceof Blob ? Buffer.from(await content.arrayBuffer()) : Buffer.from(content);
  await writeFile(path, bytes);
} else {
  const packages = await api.Packages.all({ projectId: 42, perPage: 5 });
  console.log(packages.map((each) => `${each.name} ${each.version}`).join('\n'));
}
