import { it } from '@jest/globals';
import { execSync } from 'node:child_process';
import { component, openScene } from './support/scene.ts';
import { makePayload } from './support/payload.ts';
it('t', async () => {
  console.time('scene');
  const scene = await openScene();
  console.timeEnd('scene');
  try {
  await makePayload(scene.root + '/payload', 1e6);
  const p = await scene.pipeline({
    stages: ['build', 'deploy', 'after'],
    include: [component('publish', { files: '**', directory: 'payload' }), component('download', { 'package-version': '1.2.3', 'expected-digest': 'handed-down', stage: 'after' }, '1.0.0')],
    build: { stage: 'build', script: [`cp -a ${scene.root}/payload payload`], artifacts: { paths: ['payload/'] } },
    'generic-packages-download': { needs: ['generic-packages-publish'] },
    user: { stage: 'after', needs: ['generic-packages-publish', 'generic-packages-download'], script: ['env | grep ^CI_ | sort', 'pwd', 'echo "digest is $PUBLISH_DIGEST"', 'find . | grep -v git/ | head -80'] },
  });
  console.log(p.stdout, p.stderr, p.code);
  console.log(execSync('find . -path ./.git -prune -o -print | head -50; ls -la / | tail -30', { cwd: scene.root + '/consumer' }).toString());
  } finally { await scene.close(); }
});
