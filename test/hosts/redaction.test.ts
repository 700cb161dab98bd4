/** Secrets and signed addresses in texts that are shown or passed on. */
import { describe, expect, test } from '@jest/globals';
import { createRedaction } from '../../src/hosts/text/redaction.ts';
import { safeLines } from '../../src/hosts/text/safe-lines.ts';

function cleaner(...secrets: readonly string[]): (text: string) => string {
  const redaction = createRedaction();
  redaction.hide(secrets);
  return redaction.clean;
}

describe('a secret', () => {
  test.each<[secrets: string[], text: string, shown: string]>([
    [['s3cret-1'], 'a s3cret-1 b s3cret-1', 'a *** b ***'],
    [['s3cret-1', 's3cret-1-longer'], 's3cret-1-longer', '***'],
    [[' s3cret-1\n'], 'xs3cret-1y', 'x***y'],
    [['line one\nline two'], 'line two, line one', '***, ***'],
    [['$&$&$&$&'], 'a $&$&$&$& b', 'a *** b'],
    [['........'], 'abcdefgh', 'abcdefgh'],
    [['', ' ', '***'], 'nothing *** to hide', 'nothing *** to hide'],
    [['a?b-c-d-e'], 'https://host/a?b-c-d-e', 'https://host/***'],
    [['1'], 'version 1.2.3', 'version 1.2.3'],
    [['7-chars'], 'a 7-chars', 'a 7-chars'],
    [['8--chars'], 'a 8--chars', 'a ***'],
    [['a long line\nshort'], 'short, a long line', 'short, ***'],
    [['glpat-0123456789'], 'token glpat-01234…', 'token ***…'],
    [['glpat-0123456789'], '… glpat-012345678… and glpat-0123456789 …', '… ***… and *** …'],
    [['glpat-0123456789'], 'glpat… is how it begins', '***… is how it begins'.replace('***', 'glpat')],
    [['0000000000'], '00000000…', '***…'],
  ])('%j in %j', (secrets, text, shown) => {
    expect(cleaner(...secrets)(text)).toBe(shown);
  });

  test('is new once', () => {
    const redaction = createRedaction();
    expect(redaction.hide(['secret-a', 'secret-b', 'secret-a'])).toEqual(['secret-a', 'secret-b']);
    expect(redaction.hide(['secret-b', 'secret-c'])).toEqual(['secret-c']);
  });

  test('alone is taken out of values that are passed on', () => {
    const redaction = createRedaction();
    redaction.hide(['s3cret-1']);
    expect(redaction.withoutSecrets('https://host/s3cret-1?page=2')).toBe('https://host/***?page=2');
  });
});

describe('an address', () => {
  test.each([
    ['see https://s3.test/o?X-Amz-Signature=abc&X-Amz-Date=1, then', 'see https://s3.test/o?… then'],
    ['"http://a.test/x?y=1"', '"http://a.test/x?…"'],
    ['HTTPS://A.test/?sig=1', 'HTTPS://A.test/?…'],
    ['https://user:pass@host/x', 'https://***@host/x'],
    ['https://host/a@b', 'https://host/a@b'],
    ['/uploads/f?X-Goog-Signature=abc', '/uploads/f?…'],
    ['GET /f?private_token=abc HTTP/1.1', 'GET /f?… HTTP/1.1'],
    ['what? no address', 'what? no address'],
    ['https://host/what?', 'https://host/what?'],
  ])('%s', (text, shown) => {
    expect(cleaner()(text)).toBe(shown);
  });

  test('repeated a hundred thousand times takes no time to speak of', () => {
    const text = 'https://'.repeat(100_000) + '?'.repeat(100_000);
    expect(cleaner()(text).length).toBeLessThanOrEqual(text.length);
  });
});

describe('a line', () => {
  const github = safeLines(createRedaction(), { github: true });

  test.each([
    ['x\n::error::boom'],
    ['x\r::error::boom'],
    ['x\r\n  ::add-mask::a'],
    ['::stop-commands::x'],
    ['\t::error::boom'],
    ['\u2028::error::boom'],
    ['\u00a0::error::boom'],
    ['\ufeff::error::boom'],
    ['a ##[error]boom'],
    ['###[group]boom'],
    ['\u001b[2J\u0007\u202e'],
  ])('of %j holds no command and no control character', (text) => {
    for (const line of github(text)) {
      expect(line.trim().startsWith('::')).toBe(false);
      expect(line).not.toContain('##[');
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
  });

  test('keeps what is harmless as it is', () => {
    expect(github('Published `a::b` — ä ✓')).toEqual(['Published `a::b` — ä ✓']);
  });
});
