/** One version in all doors: whoever publishes it, each door's download and publish put out that same digest. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fingerprint } from '../support/tree.ts';
import { type Door, githubDoor, gitlabDoor, terminalDoor } from './support/doors.ts';
import { makePayload, PAYLOAD_FILES, SMALL } from './support/payload.ts';
import { uploadsTo } from './support/registry.ts';
import { openScene, type Scene } from './support/scene.ts';

const DOORS = ['terminal', 'GitHub', 'GitLab'] as const;

let scene: Scene;
let tree: Record<string, string>;
let doors: Readonly<Record<(typeof DOORS)[number], Door>>;

beforeAll(async () => {
  scene = await openScene();
  tree = await makePayload(join(scene.root, 'payload'), SMALL);
  doors = {
    terminal: terminalDoor(scene),
    GitHub: githubDoor(scene, join(scene.root, 'workspace')),
    GitLab: gitlabDoor(scene),
  };
});
afterAll(() => scene.close());

describe.each(DOORS)('a version published through the door %s', (name) => {
  const version = `1.0.${DOORS.indexOf(name)}`;
  let digest: string;

  beforeAll(async () => {
    scene.registry.forget();
    digest = await doors[name].publish(version, join(scene.root, 'payload'));
  });

  it('is sent once', () => {
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(uploadsTo(scene.registry)).toBe(PAYLOAD_FILES + 1);
  });

  it.each(DOORS)(
    'comes back whole through %s, and publishing that sends nothing and has the same digest',
    async (other) => {
      scene.registry.forget();
      const { folder, downloaded, published } = await doors[other].passOn(version, digest);

      expect(await fingerprint(folder)).toEqual(tree);
      expect([downloaded, published]).toEqual([digest, digest]);
      expect(uploadsTo(scene.registry)).toBe(0);
    },
  );
});
