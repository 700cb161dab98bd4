/** The release pipeline as a project includes it: whole pipelines for the default branch, run by gitlab-ci-local. */
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contentOf, emptyRegistry, putFile, setVariable, variableValue, versionsOf } from './support/ledger.ts';
import { succeeded } from './support/machine.ts';
import { TOKENS } from './support/registry.ts';
import { component, DEFAULT_BRANCH, openScene, type Pipeline, type Scene } from './support/scene.ts';

const VARIABLE = 'WIDGET_VERSION';
const NAMED = { variable: VARIABLE, 'variable-token': '$WIDGET_VERSION_TOKEN' };
/** The file says which version it was built as. */
const PASSING = ['test "$(cat generic-packages/widget.txt)" = "built $VERSION"'];
const PUBLISHED_FROM = ['version', 'publish', 'download', 'test', 'promote'];

let scene: Scene;
/** What the user's jobs write down, outside of every work tree. */
let notes: string;

beforeAll(async () => {
  scene = await openScene('local', { variables: { [VARIABLE]: '1.2.3' } });
  notes = join(scene.root, 'notes');
  await mkdir(notes);
});
afterAll(() => scene.close());
beforeEach(async () => {
  await emptyRegistry(scene.registry);
  await setVariable(scene.registry, VARIABLE, '1.2.3');
  await putFile(scene.registry, 'widget/1.2.3/widget.txt', 'built by hand');
  scene.registry.forget();
});
