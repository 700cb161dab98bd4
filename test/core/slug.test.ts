/** A branch's name as an identifier of a prerelease. */
import { describe, expect, it } from '@jest/globals';

import { packageVersionProblem } from '../../src/core/names/package-names.ts';
import { branchSlug } from '../../src/core/versions/branch-slug.ts';
import { parseVersion } from '../../src/core/versions/index.ts';

const ROWS: [branch: string, slug: string][] = [
  ['feature/x', 'feature-x'],
  ['Feature/X_y.Z', 'feature-x-y-z'],
  ['release/1.2', 'release-1-2'],
  ['--a--b--', 'a-b'],
  ['user@host', 'user-host'],
  ['größe/Änderung', 'gro-e-anderung'],
  ['İstanbul', 'istanbul'],
  ['ｆｕｌｌ', 'full'],
  ['修正', 'branch'],
  ['🚀', 'branch'],
  ['2024', 'branch-2024'],
  ['007', 'branch-007'],
  ['2024-01', '2024-01'],
  ['٤٢', 'branch'],
  ['', 'branch'],
  ['a'.repeat(60), 'a'.repeat(40)],
  [`${'a'.repeat(39)}/b`, 'a'.repeat(39)],
  ['1'.repeat(60), `branch-${'1'.repeat(33)}`],
  ['main', 'main'],
  ['none', 'none'],
  ['__proto__', 'proto'],
  ['a\nb', 'a-b'],
];

describe('the slug of a branch', () => {
  it.each(ROWS)('%j is %s', (branch, slug) => {
    expect(branchSlug(branch)).toBe(slug);
  });

  it.each(ROWS)('of %j is an identifier that semver and GitLab take', (branch) => {
    const slug = branchSlug(branch);

    expect(slug).toMatch(/^(?=.*[a-z-])[a-z0-9-]{1,40}$/);
    expect(parseVersion(`1.2.3-${slug}.7`)?.prerelease).toBe(`${slug}.7`);
    expect(packageVersionProblem(`1.2.3-${slug}.7`)).toBeUndefined();
  });

  it('takes no longer for a very long name', () => {
    expect(branchSlug(`${'-'.repeat(200_000)}a${'/'.repeat(200_000)}`)).toBe('a');
  });
});
