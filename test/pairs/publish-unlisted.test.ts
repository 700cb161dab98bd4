/** All pairs of a publish's options with credentials that open files and no list: 880 rows on two GitLab versions. */
import { expect, test } from '@jest/globals';
import { BEFORE_UNLISTED, type Server } from './publish/row.ts';
import { judgePublishes, TABLE_MS } from './publish/table.ts';

test.each<Server['gitlabVersion']>(['18.6', '17.2'])(
  'every publish with a deploy token keeps its promises on GitLab %s',
  async (gitlabVersion) => {
    expect(
      await judgePublishes({ gitlabVersion, duplicates: 'allowed' }, { token: ['deploy'], before: BEFORE_UNLISTED }),
    ).toBe('');
  },
  TABLE_MS,
);

test(
  'publishes with Basic keep their promises',
  async () => {
    const narrowed = {
      token: ['basic'],
      checksums: ['none'],
      ifExists: ['verify', 'replace'],
      before: BEFORE_UNLISTED,
    } as const;
    expect(await judgePublishes({ gitlabVersion: '18.6', duplicates: 'allowed' }, narrowed)).toBe('');
  },
  TABLE_MS,
);
