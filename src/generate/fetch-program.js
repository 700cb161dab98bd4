const [crypto, dns, fs, os, path, tls] = [`crypto`, `dns`, `fs`, `os`, `path`, `tls`].map((name) => require(name));
const env = process.env, version = `{{version}}`, preset = `{{project}}`, released = `
{{sha256}}
`.trim();
const fail = (code, words) => { console.error(`generic-packages: ` + words); process.exit(code); };
if (parseInt(process.versions.node) < 24) fail(2, `Node 24 is needed, not ` + process.version + `: use node:24-alpine`);
const api = new URL(env.CI_API_V4_URL || fail(2, `CI_API_V4_URL is not set. This script is for a GitLab job.`));
const given = (name) => (env[`GENERIC_PACKAGES_INPUT_` + name] || ``).trim();
const mayBePlain = [given(`ALLOW_HTTP`), env.GENERIC_PACKAGES_ALLOW_HTTP].includes(`true`);
const shown = (url) => url.origin + url.pathname, isPlain = (url) => url.protocol !== `https:` && !mayBePlain;
const ca = given(`CA_FILE`) || env.GENERIC_PACKAGES_CA_FILE || env.CI_SERVER_TLS_CA_FILE;
const own = ca ? [ca.includes(`-----BEGIN`) ? ca : fs.readFileSync(ca, `utf8`)] : [];
if (tls.setDefaultCACertificates)
  tls.setDefaultCACertificates([`default`, `system`].flatMap((kind) => tls.getCACertificates(kind)).concat(own));
// Is a host this machine, or on its own link? No redirect from elsewhere leads there.
const isInner = async ({ hostname }) => (await dns.promises.lookup(hostname.replace(/[[]|]/g, ``), { all: true })
  .catch(() => [])).some(({ address }) => /^(::ffff:)?(0|127|169[.]254)[.]|^::1?(?![^])|^fe[89ab]/i.test(address));
// The bytes at an address. The job token goes to this instance, with the first request, and nowhere else.
const read = async (url, hops, size = 0) => {
  const isOurs = !hops && env.CI_JOB_TOKEN && url.origin === new URL(env.CI_SERVER_URL || api).origin;
  const headers = isOurs ? { [`JOB-TOKEN`]: env.CI_JOB_TOKEN } : {}, signal = AbortSignal.timeout(120000), parts = [];
  const { status, body, headers: told } = await fetch(url, { redirect: `manual`, headers, signal });
  if (status > 299 && status < 400 && told.has(`location`)) {
    const next = new URL(told.get(`location`), url), isLess = isPlain(next) && !isPlain(url);
    if (hops < 5 && !isLess && (!await isInner(next) || await isInner(api))) return read(next, hops + 1);
    fail(1, shown(url) + ` redirects to ` + shown(next) + `, which is not followed.`);
  }
  if (status !== 200) throw Object.assign(new Error(`answered ` + status), { isFinal: status < 500 && status !== 429 });
  for await (const part of body) if (parts.push(part) && (size += part.length) > 2 ** 24) throw new Error(`too long`);
  return Buffer.concat(parts);
};
const main = async () => {
  const asked = given(`PROGRAM`), named = given(`PROGRAM_PROJECT`) || preset;
  const project = (named === preset && env.GENERIC_PACKAGES_PROGRAM_PROJECT) || named;
  const isOwn = !asked && [env.CI_PROJECT_PATH, env.CI_PROJECT_ID].includes(project);
  const expected = given(`PROGRAM_SHA256`).toLowerCase() || (asked || isOwn ? `` : released);
  if (asked && !expected) fail(2, `the input program needs program-sha256, the SHA-256 of that file.`);
  const place = isOwn ? `dist/cli/index.js` : asked || api.href + `/projects/` + encodeURIComponent(project)
    + `/packages/generic/generic-packages/` + version + `/generic-packages.js`;
  const url = /^https?:/i.test(place) && new URL(place), from = url ? shown(url) : place;
  if (url && isPlain(url) && !await isInner(url)) fail(2, from + ` is plain http. Use https, or the input allow-http.`);
  // What passes by itself is tried three times. Nothing runs that has another SHA-256.
  for (let tries = url ? 1 : 3; ; tries += 1) {
    const bytes = await (url ? read(url, 0) : fs.promises.readFile(place)).catch((error) => error);
    const isRead = Buffer.isBuffer(bytes), actual = isRead && crypto.createHash(`sha256`).update(bytes).digest(`hex`);
    if (isRead && (!expected || actual === expected)) {
      const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), `generic-packages-`)), `program.mjs`);
      fs.writeFileSync(file, bytes, { mode: 0o600, flag: `wx` });
      return import(require(`url`).pathToFileURL(env.GENERIC_PACKAGES_PROGRAM_FILE = file));
    }
    const words = isRead ? ` has SHA-256 ` + actual + `, expected ` + expected + `. Nothing of it was run.`
      : ` cannot be read (` + ((bytes.cause || bytes).code || bytes.message) + `). ` + (bytes.isFinal ? `Let ` + project
      + ` allow job tokens of this project, or set program-project to a mirror.` : `See program, ca-file, HTTPS_PROXY`);
    if (bytes.isFinal || tries === 3) fail(1, from + words);
    await new Promise((resolve) => setTimeout(resolve, tries * 1000));
  }
};
main().catch((error) => fail(1, error.message));
