/** A GitHub step's secrets, and foreign text that looks like a command of the runner. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { commands, startJob, type Job } from './github-step.ts';

let job: Job;
beforeEach(() => {
  job = startJob();
});
afterEach(() => {
  job.remove();
});

describe('foreign text', () => {
  const nasty = [
    'x',
    '::error::boom',
    '  ::add-mask::x',
    '##[error]boom',
    'a ##[group]b',
    '\r::warning::c',
    '\u2028::d::',
  ];

  test.each([['warn'], ['say'], ['report']])('in the mode %s starts no command', async (mode) => {
    const ended = await job.step({ files: 'a', mode, payload: nasty.join('\n') }, { env: { RUNNER_DEBUG: '1' } });
    expect(ended.code).toBe(0);
    const own = /^::(warning|group|endgroup|debug)::/;
    for (const line of ended.stdout.split(/\n|\r/)) {
      expect(line).not.toContain('##[');
      if (line.trimStart().startsWith('::')) expect(line).toMatch(own);
    }
    if (mode === 'warn') expect(commands(ended, 'warning')).toHaveLength(5);
    else expect(commands(ended, 'warning')).toHaveLength(0);
  });

  test('after the fifth warning stands in plain lines', async () => {
    const ended = await job.step({ files: 'a', mode: 'warn', payload: 'x' });
    expect(commands(ended, 'warning')).toHaveLength(5);
    expect(ended.stdout).toContain('\nwarning: warning 6 x\n');
  });
});

describe('a secret', () => {
  test('is masked with the runner as soon as it is known, and shown nowhere else', async () => {
    const ended = await job.step(
      {
        files: 'a',
        mode: 'say',
        payload: 'a hunter22 b',
        token: 'hunter22',
      },
      { alone: true },
    );
    expect(commands(ended, 'add-mask')).toEqual(['::add-mask::hunter22']);
    expect(ended.stdout.replace('::add-mask::hunter22', '')).not.toContain('hunter22');
    expect(job.fileOf('summary')).not.toContain('hunter22');
  });

  test('that the run makes known is masked once and taken out of outputs and summary', async () => {
    const ended = await job.step({ files: 'a', mode: 'mask' });
    expect(commands(ended, 'add-mask')).toEqual(['::add-mask::hidden-word', '::add-mask::aGlkZGVuLXdvcmQ=']);
    expect(job.outputs()).toMatchObject({ 'package-name': 'has ***' });
    expect(job.fileOf('summary') + job.fileOf('output')).not.toMatch(/hidden-word|aGlkZGVu/);
  });

  test('in a value that was refused is not shown', async () => {
    const ended = await job.step({ files: 'a', token: 'hunter22', retries: 'hunter22' });
    expect(ended.code).toBe(1);
    expect(commands(ended, 'error')[0]).toContain('not `***`');
  });
});

test('nothing is exported to later steps', async () => {
  const commandFiles = ['GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STATE'].map(
    (name) => [name, join(job.folder, name)] as const,
  );
  for (const [, path] of commandFiles) writeFileSync(path, '');
  await job.step({ files: 'a' }, { env: Object.fromEntries(commandFiles), alone: true });
  for (const [, path] of commandFiles) expect(readFileSync(path, 'utf8')).toBe('');
});
