/** What git and GitLab take as the name of a tag. */

/** Characters that git refuses anywhere in a ref: controls, blanks and those with a meaning of their own. */
// eslint-disable-next-line no-control-regex -- git refuses control characters, so they have to be named
const FORBIDDEN = /[\x00-\x20\x7f~^:?*[\\]|\.\.|\/\/|@\{/;

/** As `git check-ref-format`, and without the names that GitLab refuses besides. */
export function isTagName(name: string): boolean {
  if (name === '' || name === '@' || name === 'HEAD' || name.startsWith('-')) return false;
  if (/^refs\/(?:heads|remotes|tags)\//.test(name)) return false;
  if (FORBIDDEN.test(name) || name.endsWith('.')) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}
