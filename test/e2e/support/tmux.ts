/** A real terminal of 80×24 to run the command line in, and what stands on its screen. */
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CLI } from '../../support/process.ts';

const run = promisify(execFile);

export interface Screen {
  /** Lines as a person sees them now, without the blank ones below. */
  lines(): Promise<readonly string[]>;
  /** Types a key, such as `C-c`. */
  press(key: string): Promise<void>;
  /** Waits for the program's end; returns its exit code and its last screen. */
  end(): Promise<{ readonly code: number; readonly lines: readonly string[] }>;
}

export interface ScreenOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts the program in a terminal of its own, hands its screen to `work`, and closes it whatever happens. */
export async function onScreen<T>(options: ScreenOptions, work: (screen: Screen) => Promise<T>): Promise<T> {
  const { args, cwd, env } = options;
  const socket = join(cwd, 'tmux.sock');
  const config = join(cwd, 'tmux.conf');
  await writeFile(config, 'set -g remain-on-exit on\nset -g remain-on-exit-format ""\nset -g status off\n');
  const tmux = async (...words: readonly string[]): Promise<string> =>
    (
      await run('tmux', ['-S', socket, '-f', config, ...words], {
        env: { ...process.env, ...env, TERM: 'screen-256color' },
      })
    ).stdout;
  const lines: Screen['lines'] = async () => (await tmux('capture-pane', '-p')).trimEnd().split('\n');
  const codeFile = join(cwd, 'exit-code');
  await rm(codeFile, { force: true });
  const size = ['-x', '80', '-y', '24'];
  // The shell outlives Ctrl-C: it has the exit code, which tmux loses now and then.
  const command = ['sh', '-c', `trap : INT; "$@"; echo $? > '${codeFile}'`, 'sh', process.execPath, CLI, ...args];
  await tmux('new-session', '-d', ...size, '-c', cwd, ...command);
  try {
    return await work({
      lines,
      press: async (key) => {
        await tmux('send-keys', key);
      },
      end: async () => {
        for (;;) {
          const code = await readFile(codeFile, 'utf8').catch(() => '');
          // The shell makes the file before it writes into it.
          if (code !== '') return { code: Number(code), lines: await lines() };
          await sleep(100);
        }
      },
    });
  } finally {
    await tmux('kill-server').catch(() => undefined);
    await rm(socket, { force: true });
  }
}
