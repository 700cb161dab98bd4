/** The registry's options from the command's inputs: files are read here, and nothing of what they hold is shown. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { Failure } from '../../core/errors.ts';
import { quoted } from '../../core/text.ts';
import type { Context } from '../../definitions/context.ts';
import type { Tools } from '../../definitions/command.ts';
import type { RecordedRequest, RegistryOptions } from '../../registry/public.ts';
import type { RegistryInputs } from './inputs.ts';

type PathInput = 'config' | 'fault-script' | 'tls-cert' | 'tls-key';

/** Throws `usage` failures for files that cannot be read and values that make no sense. */
export async function optionsOf(inputs: RegistryInputs, { context, log }: Tools): Promise<RegistryOptions> {
  const rate = inputs['fault-rate'].trim();
  if (!/^(0|1|0?\.\d{1,9})$/.test(rate)) {
    throw new Failure('usage', `fault-rate: must be a number from 0 to 1, but is ${quoted(rate)}`);
  }
  return {
    port: inputs.port,
    host: inputs.host,
    data: inputs.data === undefined ? undefined : resolve(context.cwd, inputs.data),
    config: await readJson(inputs, 'config', context),
    gitlabVersion: inputs['gitlab-version'],
    allowHosts: inputs['allow-host'],
    tls: await readTls(inputs, context),
    controlPort: controlPortOf(inputs['control-port']),
    latency: inputs.latency,
    faultRate: Number(rate),
    faultKinds: inputs['fault-kinds'].split(',').map((kind) => kind.trim()),
    faultSeed: inputs['fault-seed'],
    faultScript: await readJson(inputs, 'fault-script', context),
    onError: (error: unknown) => {
      log.warn(
        'A request failed inside the registry: ' +
          (error instanceof Error ? (error.stack ?? error.message) : String(error)),
      );
    },
    onRequest: (request) => {
      log.detail(lineOf(request));
    },
  };
}

/** Without the query, in which a token may be. */
function lineOf({ method, path, status, started, ended, fault }: RecordedRequest): string {
  const answer = status === 0 ? 'no answer' : String(status);
  const time = `${(ended ?? started) - started} ms`;
  return `${method} ${path} ${answer} ${time}${fault === undefined ? '' : `, fault ${fault}`}`;
}

function controlPortOf(given: string | undefined): number | undefined {
  const text = given?.trim() ?? '';
  if (text === '') return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new Failure('usage', `control-port: must be a whole number from 0 to 65535, but is ${quoted(text)}`);
}

async function readTls(inputs: RegistryInputs, context: Context): Promise<RegistryOptions['tls']> {
  const { 'tls-cert': cert, 'tls-key': key } = inputs;
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const [given, missing] = cert === undefined ? ['tls-key', 'tls-cert'] : ['tls-cert', 'tls-key'];
    throw new Failure('usage', `${missing}: is missing beside \`--${given}\``, {
      hint: 'TLS needs a certificate and its key: give `--tls-cert` and `--tls-key`.',
    });
  }
  return { cert: await readGiven('tls-cert', cert, context), key: await readGiven('tls-key', key, context) };
}

async function readJson(inputs: RegistryInputs, name: 'config' | 'fault-script', context: Context): Promise<unknown> {
  const given = inputs[name];
  if (given === undefined) return undefined;
  const place = placeOf(given, context);
  const text = isJson(given) ? given : await readGiven(name, given, context);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    // Not passed on as the cause: --verbose would show what it quotes.
    throw new Failure('usage', `${name}: ${place} is not JSON${positionIn(cause)}`, {
      hint: 'JSON has quotation marks around every name, no comments, and no comma before a closing bracket.',
    });
  }
}

/** Such a text holds tokens: it is never taken for a path, which a message would show. */
function isJson(given: string): boolean {
  return /^\s*[{[]/.test(given);
}

function placeOf(given: string, context: Context): string {
  if (isJson(given)) return 'its value';
  return given === '-' ? 'standard input' : resolve(context.cwd, given);
}

async function readGiven(name: PathInput, given: string, context: Context): Promise<string> {
  try {
    if (given === '-') return await textOf(context.stdin ?? Readable.from([]));
    return await readFile(resolve(context.cwd, given), 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Failure('usage', `${name}: ${placeOf(given, context)} cannot be read: ${reason}`, {
      hint:
        name === 'config'
          ? 'Give the path of a JSON file: docs/registry.md of this project has one to begin with.'
          : 'Give the path of a file that this user may read.',
      cause,
    });
  }
}

/** Where it ends to be JSON, if that is told. The rest of the message may quote the file, which holds tokens. */
function positionIn(cause: unknown): string {
  const [place] = / at position \d+( \(line \d+ column \d+\))?/.exec(cause instanceof Error ? cause.message : '') ?? [];
  return place ?? '';
}
