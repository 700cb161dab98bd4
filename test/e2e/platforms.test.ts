/** One version in all platforms: whoever publishes it, each platform's download and publish printed that same digest. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fingerprint } from '../support/tree.ts';
import { type Platform, githubPlatform, gitlabPlatform, terminalPlatform } from './support/platforms.ts';
import { makePayload, PAYLOAD_FILES, SMALL } from './support/payload.ts';
import { uploadsTo } from './support/registry.ts';
import { openScene, type Scene } from './support/scene.ts';

const PLATFORMS = ['terminal', 'GitHub', 'GitLab'] as const;

let scene: Scene;
let tree: Record<string, string>;
let platforms: Readonly<Record<(typeof PLATFORMS)[number], Platform>>;

beforeAll(async () => {
  scene = await openScene();
  tree = await makePayload(join(scene.root, 'payload'), SMALL);
  platforms = {
    terminal: terminalPlatform(scene),
    GitHub: githubPlatform(scene, join(scene.root, 'workspace')),
    GitLab: gitlabPlatform(scene),
  };
});
afterAll(() => scene.close());

describe.each(PLATFORMS)('a version published through the platform %s', (name) => {
  const version = `1.0.${PLATFORMS.indexOf(name)}`;
  let digest: string;

  beforeAll(async () => {
    scene.registry.forget();
    digest = await platforms[name].publish(version, join(scene.root, 'payload'));
  });

  it('is sent once', () => {
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(uploadsTo(scene.registry)).toBe(PAYLOAD_FILES + 1);
  });

  it.each(PLATFORMS)(
    'comes back whole through %s, and publishing that sends nothing and has the same digest',
    async (other) => {
      scene.registry.forget();
      const { folder, downloaded, published } = await platforms[other].passOn(version, digest);

      expect(await fingerprint(folder)).toEqual(tree);
      expect([downloaded, published]).toEqual([digest, digest]);
      expect(uploadsTo(scene.registry)).toBe(0);
    },
  );
});
