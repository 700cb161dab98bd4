/**
 * The program that a GitLab job starts with: fetches the command line, checks it, runs those bytes.
 * Written as JavaScript for any Node, so that an old one reaches the message that it is too old.
 */
import type { Release } from './release.ts';
import { nodeLine } from './shell-line.ts';

/** The first with what the line itself uses; the program it fetches says more exactly what it needs. */
const OLDEST_NODE = 24;

/** The script line of a component's job: runs one command. */
export function runLine(command: string, release: Release): string {
  return nodeLine(`${fetching(release)}${running(command)}`);
}

/** Prints the folder that it put an executable `generic-packages` into; for `setup`. */
export function installLine(release: Release): string {
  return nodeLine(`${fetching(release)}${INSTALLING}`);
}

/** Defines `load`, which resolves to the checked bytes, and `store`, which writes them. */
function fetching(release: Release): string {
  return [BEGINNING, TRUST, REQUEST, DOWNLOAD, loading(release), STORE].join('');
}

/** `fail`, the check of Node's version, and how settings are read. */
const BEGINNING = `
    const env = process.env;
    const fail = (code, words) => {
      console.error('generic-packages: ' + words);
      process.exit(code);
    };
    if (parseInt(process.versions.node) < ${OLDEST_NODE}) {
      const image = '. Choose an image that has it, such as node:24-alpine.';
      fail(2, 'Node ${OLDEST_NODE} or newer is needed, this is ' + process.version + image);
    }
    const fs = require('fs'), os = require('os'), path = require('path'), tls = require('tls');
    const { pathToFileURL } = require('url');
    const { createHash } = require('crypto');
    // From this template; and from the template or the environment.
    const given = (name) => (env['GENERIC_PACKAGES_INPUT_' + name] || String()).trim();
    const setting = (name) => given(name) || env['GENERIC_PACKAGES_' + name] || String();
`;

const TRUST = `
    // Private authorities, for Nodes that can add them while running; else NODE_EXTRA_CA_CERTS does it.
    const trust = () => {
      const ca = setting('CA_FILE') || env.CI_SERVER_TLS_CA_FILE;
      if (!ca || !tls.setDefaultCACertificates) return;
      const pem = ca.includes('-----BEGIN') ? ca : fs.readFileSync(ca, 'utf8');
      tls.setDefaultCACertificates(tls.getCACertificates('default').concat(pem));
    };
`;

const REQUEST = `
    // An address for a message: without credentials and query.
    const shown = (url) => url.origin + url.pathname;
    const isPlain = (url) => url.protocol !== 'https:';
    const isLoopback = (url) => /^(localhost|127[.][0-9.]+|[[]::1])(?![^])/.test(url.hostname);

    // The job token goes to the API of this instance, on the first request; a redirect gets no header.
    const request = async (first) => {
      const api = new URL(env.CI_API_V4_URL).origin;
      if (env.CI_SERVER_URL && new URL(env.CI_SERVER_URL).origin !== api) {
        fail(2, 'CI_API_V4_URL is not on the server of CI_SERVER_URL. Unset the variable that replaces it.');
      }
      let url = first, headers = {};
      if (url.origin === api && env.CI_JOB_TOKEN) headers = { ['JOB-TOKEN']: env.CI_JOB_TOKEN };
      for (let hops = 0; ; hops += 1) {
        const allowed = [given('ALLOW_HTTP'), env.GENERIC_PACKAGES_ALLOW_HTTP].includes('true');
        if (isPlain(url) && !isLoopback(url) && !allowed) {
          fail(2, shown(url) + ' is plain http. Use https, or the input allow-http.');
        }
        const answer = await fetch(url, { redirect: 'manual', headers, signal: AbortSignal.timeout(120000) });
        const next = answer.headers.get('location');
        if (answer.status < 300 || answer.status > 399 || !next) return { answer, url };
        if (hops === 5) fail(1, shown(first) + ' was redirected more than 5 times.');
        const last = url;
        url = new URL(next, last);
        headers = {};
        if (isPlain(url) && !isPlain(last)) fail(1, shown(last) + ' redirects from https to ' + shown(url) + '.');
      }
    };
`;

const DOWNLOAD = `
    // Three tries, for what passes by itself: no answer, too many requests, a server that is down.
    const download = async (first, hint) => {
      for (let tries = 1; ; tries += 1) {
        let problem;
        try {
          const { answer, url } = await request(first);
          if (answer.status === 200) return Buffer.from(await answer.arrayBuffer());
          problem = shown(url) + ' answered ' + answer.status + '. ' + hint;
          if (answer.status < 500 && answer.status !== 429) fail(1, problem);
        } catch (error) {
          let cause = error;
          while (cause.cause) cause = cause.cause;
          problem = shown(first) + ' could not be fetched (' + (cause.code || cause.message)
            + '). A private authority goes into ca-file or NODE_EXTRA_CA_CERTS, a proxy into HTTPS_PROXY.';
        }
        if (tries === 3) fail(1, problem);
        await new Promise((resolve) => setTimeout(resolve, tries * 1000));
      }
    };
`;

/** Which program is meant, where it lies, and which SHA-256 it must have. */
function loading({ version, project, sha256 }: Release): string {
  return `
    const load = async () => {
      trust();
      if (!env.CI_API_V4_URL) fail(2, 'CI_API_V4_URL is not set. This line is for a GitLab job.');
      const asked = given('PROGRAM');
      const preset = '${project}';
      const named = given('PROGRAM_PROJECT') || preset;
      const project = named === preset && env.GENERIC_PACKAGES_PROGRAM_PROJECT || named;
      const isOwn = !asked && [env.CI_PROJECT_PATH, env.CI_PROJECT_ID].includes(project);
      const expected = (given('PROGRAM_SHA256') || (asked || isOwn ? String() : '${sha256}')).toLowerCase();
      if (asked && !expected) fail(2, 'the input program needs program-sha256, the SHA-256 of that file.');
      let place = isOwn ? 'dist/cli/index.js' : asked, bytes;
      if (place && !/^https?:/i.test(place)) {
        if (!fs.existsSync(place)) fail(1, place + ' is not in the working copy.');
        bytes = fs.readFileSync(place);
      } else {
        const file = '/packages/generic/generic-packages/${version}/generic-packages.js';
        const url = new URL(place || env.CI_API_V4_URL + '/projects/' + encodeURIComponent(project) + file);
        place = shown(url);
        bytes = await download(url, asked ? 'The input program names it.' : 'Let ' + project
          + ' allow the job tokens of this project, or mirror it on this instance and name the mirror with '
          + 'program-project.');
      }
      const actual = createHash('sha256').update(bytes).digest('hex');
      if (expected && actual !== expected) {
        fail(1, place + ' has SHA-256 ' + actual + ', expected ' + expected + '. Nothing of it was run. '
          + (given('PROGRAM_SHA256') ? 'The input program-sha256 says so.'
            : 'Publish version ${version} of the program there as it was released.'));
      }
      return bytes;
    };
`;
}

const STORE = `
    // A fresh folder that only this user can enter; never in the project, where it could be published.
    const store = (bytes) => {
      const temporary = os.tmpdir(), isOutside = path.relative(process.cwd(), temporary).startsWith('..');
      const parent = isOutside ? temporary : path.dirname(process.cwd());
      const folder = fs.mkdtempSync(path.join(parent, 'generic-packages-'));
      const file = path.join(folder, 'generic-packages.mjs');
      fs.writeFileSync(file, bytes, { mode: 0o600, flag: 'wx' });
      return { folder, file };
    };
    // Inputs of the template that the command does not have.
    const spent = ['PROGRAM', 'PROGRAM_PROJECT', 'PROGRAM_SHA256'].map((name) => 'GENERIC_PACKAGES_INPUT_' + name);
`;

/** The bytes become this process: same arguments as at a terminal, same environment. */
function running(command: string): string {
  return `
    load().then((bytes) => {
      const { folder, file } = store(bytes);
      process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
      spent.forEach((name) => delete env[name]);
      process.argv.splice(1, process.argv.length, file, '${command}');
      return import(pathToFileURL(file).href);
    }).catch((error) => fail(1, error.message));
  `;
}

/** The folder stays for the job's own commands. Its name is all that goes to standard output. */
const INSTALLING = `
    load().then((bytes) => {
      const { folder, file } = store(bytes);
      const lines = ['#!/bin/sh', 'unset ' + spent.join(' '), 'exec node "' + file + '" "$@"', String()];
      fs.writeFileSync(path.join(folder, 'generic-packages'), lines.join(String.fromCharCode(10)), { mode: 0o700 });
      console.log(folder);
    }).catch((error) => fail(1, error.message));
  `;
