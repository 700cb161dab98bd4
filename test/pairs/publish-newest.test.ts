/** All pairs of a publish's options on the newest GitLab, with tokens that can list: 440 rows a token. */
import { expect, test } from '@jest/globals';
import type { TokenKind } from './publish/row.ts';
import { judgePublishes, TABLE_MS } from './publish/table.ts';

test.each<TokenKind>(['job', 'maintainer'])(
  'every publish with the token %s keeps its promises',
  async (token) => {
    expect(await judgePublishes({ gitlabVersion: '18.6', duplicates: 'allowed' }, { token: [token] })).toBe('');
  },
  TABLE_MS,
);
