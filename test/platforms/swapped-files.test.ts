/** Selected files that become something else before their turn: nothing that was not selected is sent, nothing hangs. */
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { openWatched } from '../support/between.ts';
import { terminal } from '../support/in-process.ts';
import { asTerminal, type Inputs, type PlatformRun } from '../support/platform.ts';
import { startCli, type Started } from '../support/process.ts';
import { getRaw, hiddenVersions, putRaw, visibleVersions, WIDGET } from '../support/raw.ts';
import { fileOf, puts, withRegistry } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const SECRET = 'a secret of this machine';
/** As long as the secret: a swap must not show by its size. */
const FILES = { 'a.txt': 'a', 'sub/b.txt': 'b'.repeat(SECRET.length) };

interface Scene {
  readonly folder: string;
  readonly registry: RunningRegistry;
  /** Publishes; `swap` is done when the selection is over and nothing was sent. */
  readonly publish: (swap: () => Promise<unknown>, more?: Inputs) => Promise<PlatformRun>;
}

function inScene(work: (scene: Scene) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), FILES);
    await writeFiles(join(folder, 'elsewhere'), { 'b.txt': SECRET });
    await withRegistry({}, async (registry) => {
      const publish: Scene['publish'] = async (swap, more = {}) => {
        let swapped: Promise<unknown> | undefined;
        const front = await openWatched(Number(new URL(registry.apiUrl).port), async () => {
          swapped ??= swap();
          await swapped;
        });
        const inputs = { ...rightInputs(registry, 'publish'), 'api-url': `http://127.0.0.1:${front.port}/api/v4` };
        return terminal.run('publish', { ...inputs, ...more }, { cwd: folder }).finally(() => front.close());
      };
      await work({ folder, registry, publish });
    });
  });
}

// Windows has no FIFOs, and makes links for its administrators only.
const SWAPS =
  process.platform === 'win32'
    ? []
    : [
        {
          what: 'a link to a secret',
          swap: async (out: string) => {
            await rename(join(out, 'sub/b.txt'), join(out, 'moved'));
            await symlink(join(out, '../elsewhere/b.txt'), join(out, 'sub/b.txt'));
          },
        },
        {
          what: 'a folder above it that is a link',
          swap: async (out: string) => {
            await rename(join(out, 'sub'), join(out, 'moved'));
            await symlink(join(out, '../elsewhere'), join(out, 'sub'));
          },
        },
        {
          what: 'another folder above it',
          swap: async (out: string) => {
            await rename(join(out, 'sub'), join(out, 'moved'));
            await rename(join(out, '../elsewhere'), join(out, 'sub'));
          },
        },
        {
          what: 'a FIFO',
          swap: async (out: string) => {
            await rename(join(out, 'sub/b.txt'), join(out, 'moved'));
            execFileSync('mkfifo', [join(out, 'sub/b.txt')]);
          },
        },
        {
          what: 'a folder',
          swap: async (out: string) => {
            await rename(join(out, 'sub/b.txt'), join(out, 'moved'));
            await mkdir(join(out, 'sub/b.txt'));
          },
        },
      ];

test.each(SWAPS)('$what is not followed, and the error names the file', async ({ swap }) => {
  await inScene(async ({ folder, registry, publish }) => {
    const run = await publish(() => swap(join(folder, 'out')));

    expect(run.code).toBe(1);
    expect(errorOf(terminal, run)).toMatch(/sub.b\.txt changed since it was selected: /);
    expect(errorOf(terminal, run)).toContain('Publish after everything that writes these files has ended');
    expect(await getRaw(registry, WIDGET, 'sub/b.txt')).toBeUndefined();
    expect(puts(registry).map(fileOf)).not.toContain('generic-package.json');
    expect(await visibleVersions(registry)).toEqual([]);
  });
});

test.each(SWAPS)('nor when its content is compared: $what', async ({ swap }) => {
  await inScene(async ({ folder, registry, publish }) => {
    // Of the size of the local one, so that its bytes have to tell.
    await putRaw(registry, { ...WIDGET, status: 'hidden' }, 'sub/b.txt', SECRET);
    registry.forget();
    const run = await publish(() => swap(join(folder, 'out')));

    expect(run.code).toBe(1);
    expect(errorOf(terminal, run)).toContain('changed since it was selected: ');
    expect(puts(registry)).toEqual([]);
    expect(await hiddenVersions(registry)).toEqual([WIDGET.version]);
  });
});

if (process.platform !== 'win32') {
  test('a run that is interrupted while a FIFO stands in the place of a file ends at once', async () => {
    await inScene(async ({ folder, registry }) => {
      const started: { run?: Started } = {};
      let swapped = false;
      const front = await openWatched(Number(new URL(registry.apiUrl).port), async () => {
        if (swapped) return;
        swapped = true;
        await rename(join(folder, 'out/sub/b.txt'), join(folder, 'out/moved'));
        execFileSync('mkfifo', [join(folder, 'out/sub/b.txt')]);
        started.run?.child.kill('SIGINT');
      });
      const inputs = { ...rightInputs(registry, 'publish'), 'api-url': `http://127.0.0.1:${front.port}/api/v4` };
      const { args, env } = asTerminal(inputs);
      started.run = await startCli(['publish', ...args], { cwd: folder, env });
      const ended = await started.run.ended.finally(() => front.close());

      expect([swapped, ended.code]).toEqual([true, 130]);
      expect(puts(registry).map(fileOf)).not.toContain('sub/b.txt');
    });
  });
}
