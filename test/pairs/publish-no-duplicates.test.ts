/** All pairs of a publish's options in a group that refuses a second file of one name: 860 rows on the newest GitLab. */
import { expect, test } from '@jest/globals';
import { BEFORE_UNLISTED, type TokenKind } from './publish/row.ts';
import { judgePublishes, TABLE_MS } from './publish/table.ts';

const SERVER = { gitlabVersion: '18.6', duplicates: 'refused' } as const;

test.each<TokenKind>(['maintainer', 'developer'])(
  'every publish with the token %s keeps its promises',
  async (token) => {
    expect(await judgePublishes(SERVER, { token: [token], status: ['default'] })).toBe('');
  },
  TABLE_MS,
);

test(
  'every publish with a deploy token keeps its promises',
  async () => {
    const narrowed = { token: ['deploy'], status: ['default'], before: BEFORE_UNLISTED } as const;
    expect(await judgePublishes(SERVER, narrowed)).toBe('');
  },
  TABLE_MS,
);

test(
  'publishes that stay hidden keep their promises',
  async () => {
    const narrowed = { token: ['maintainer'], status: ['hidden'] } as const;
    expect(await judgePublishes(SERVER, narrowed)).toBe('');
  },
  TABLE_MS,
);
