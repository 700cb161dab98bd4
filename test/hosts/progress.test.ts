/** Progress as lines and as a bar. */
import { describe, expect, test } from '@jest/globals';
import { progressBar, progressLines } from '../../src/hosts/text/progress.ts';
import type { Progress } from '../../src/definitions/command.ts';

function clock(): { now: () => number; wait: (ms: number) => void } {
  let time = 1_000_000;
  return {
    now: () => time,
    wait: (ms) => {
      time += ms;
    },
  };
}

function at(filesDone: number, bytesDone: number): Progress {
  return { command: 'publish', filesDone, filesTotal: 4, bytesDone, bytesTotal: 40_000_000 };
}

describe('lines', () => {
  test('come every few seconds and once at the end', () => {
    const { now, wait } = clock();
    const lines: string[] = [];
    const view = progressLines((line) => lines.push(line), now);
    for (let second = 0; second < 12; second += 1) {
      view.update(at(0, second * 1_000_000));
      wait(1000);
    }
    view.update(at(4, 40_000_000));
    view.update(at(4, 40_000_000));
    expect(lines).toEqual([
      'publish: 0/4 files, 5.0 MB of 40.0 MB (12 %), 1.0 MB/s',
      'publish: 0/4 files, 10.0 MB of 40.0 MB (25 %), 1.0 MB/s',
      'publish: 4/4 files, 40.0 MB of 40.0 MB (100 %), 3.3 MB/s',
    ]);
  });

  test('of a short run are one line', () => {
    const { now } = clock();
    const lines: string[] = [];
    const view = progressLines((line) => lines.push(line), now);
    for (let done = 0; done <= 4; done += 1) view.update(at(done, done * 10_000_000));
    expect(lines).toEqual(['publish: 4/4 files, 40.0 MB of 40.0 MB (100 %)']);
  });

  test('of files without bytes count files', () => {
    const lines: string[] = [];
    const view = progressLines((line) => lines.push(line), clock().now);
    view.update({ command: 'download', filesDone: 3, filesTotal: 3, bytesDone: 0, bytesTotal: 0 });
    expect(lines).toEqual(['download: 3/3 files, 0 B of 0 B (100 %)']);
  });

  test('of two movements, one after the other, end each', () => {
    const lines: string[] = [];
    const view = progressLines((line) => lines.push(line), clock().now);
    view.update(at(4, 40_000_000));
    view.update({ ...at(4, 40_000_000), command: 'download' });
    expect(lines).toHaveLength(2);
  });
});

describe('a bar', () => {
  function draw(columns = 100) {
    const { now, wait } = clock();
    let screen = '';
    const view = progressBar(
      (text) => {
        screen += text;
      },
      now,
      () => columns,
    );
    return { view, wait, screen: () => screen };
  }

  test('fills up in its own line and is gone at the end', () => {
    const { view, wait, screen } = draw();
    view.update(at(0, 0));
    wait(2000);
    view.update(at(2, 20_000_000));
    wait(2000);
    view.update(at(4, 40_000_000));
    const [, first, second, last] = screen().split('\r\u001b[2K');
    expect(first).toBe(`${'░'.repeat(24)} publish  0/4 files, 0 B of 40.0 MB (0 %)`);
    expect(second).toBe(
      `${'█'.repeat(12)}${'░'.repeat(12)} publish  2/4 files, 20.0 MB of 40.0 MB (50 %), 10.0 MB/s, 2 s left`,
    );
    expect(last).toBe('');
    expect(screen()).not.toContain('\n');
  });

  test('is drawn ten times a second at most', () => {
    const { view, wait, screen } = draw();
    for (let step = 0; step < 100; step += 1) {
      view.update(at(1, step * 1000));
      wait(10);
    }
    expect(screen().split('publish').length - 1).toBe(10);
  });

  test('never wraps', () => {
    for (const columns of [20, 30, 48, 60, 80]) {
      const { view, wait, screen } = draw(columns);
      view.update(at(1, 1));
      wait(5000);
      view.update(at(1, 11_000_000));
      const lines = screen().split('\r\u001b[2K');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(columns);
    }
  });

  test('tells at 80 columns how fast it goes and how long the rest takes', () => {
    const { view, wait, screen } = draw(80);
    view.update({ ...at(0, 0), filesTotal: 1000 });
    wait(5000);
    view.update({ ...at(250, 10_000_000), filesTotal: 1000 });
    expect(screen()).toMatch(/█+░+ publish {2}250\/1000 files, .*25 %\)?, 2\.0 MB\/s, 15 s left$/);
  });

  test('while files are only looked at has no last line in a log', () => {
    const lines: string[] = [];
    const { now, wait } = clock();
    const view = progressLines((line) => lines.push(line), now);
    const check = (done: number) => ({ ...at(done, done * 10_000_000), command: 'compare', isCheck: true as const });
    view.update(check(0));
    view.update(check(4));
    expect(lines).toEqual([]);
    view.update(check(0));
    wait(6000);
    view.update(check(2));
    expect(lines).toEqual([expect.stringContaining('compare: 2/4 files')]);
  });

  test('makes room for a line and is drawn again', () => {
    const { view, screen } = draw();
    view.update(at(1, 1));
    view.clear();
    view.clear();
    view.update(at(1, 2));
    expect(screen().split('\r\u001b[2K').slice(1)).toEqual([expect.any(String), '', expect.any(String)]);
  });
});
