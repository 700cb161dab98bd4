/**
 * All pairs of a publish's options on older GitLab versions, with tokens that can list: 17.2, which tells no
 * checksum of what it serves (880 rows), and 13.5, which knows no status and deletes no file (280 rows).
 */
import { expect, test } from '@jest/globals';
import type { TokenKind } from './publish/row.ts';
import { judgePublishes, TABLE_MS } from './publish/table.ts';

test.each<TokenKind>(['maintainer', 'developer'])(
  'every publish with the token %s keeps its promises on GitLab 17.2',
  async (token) => {
    expect(await judgePublishes({ gitlabVersion: '17.2', duplicates: 'allowed' }, { token: [token] })).toBe('');
  },
  TABLE_MS,
);

test(
  'every publish keeps its promises on GitLab 13.5, where each version is visible',
  async () => {
    const narrowed = {
      token: ['maintainer', 'job'],
      status: ['default'],
      before: ['nothing', 'same-visible', 'other-visible', 'curl-same', 'curl-some', 'curl-other', 'curl-apart'],
    } as const;
    expect(await judgePublishes({ gitlabVersion: '13.5', duplicates: 'allowed' }, narrowed)).toBe('');
  },
  TABLE_MS,
);
