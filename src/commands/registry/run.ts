/** Serves the embedded registry until the run is stopped. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { startRegistry, type RunningRegistry } from '../../registry/server.ts';
import type { Context } from '../../definitions/context.ts';
import type { Tools } from '../../definitions/command.ts';
import type { RegistryInputs, RegistryResult } from './inputs.ts';

export async function runRegistry(inputs: RegistryInputs, tools: Tools): Promise<RegistryResult> {
  const running = await startRegistry(await optionsOf(inputs, tools));
  try {
    announce(running, inputs, tools);
    await stopped(tools.signal);
  } finally {
    await running.close();
  }
  return { outputs: {} };
}

async function optionsOf(inputs: RegistryInputs, { context, log }: Tools) {
  const rate = inputs['fault-rate'].trim();
  if (!/^(0|1|0?\.\d{1,9})$/.test(rate)) {
    throw new Failure('usage', `fault-rate: must be a number from 0 to 1, but is \`${rate}\``);
  }
  return {
    port: inputs.port,
    host: inputs.host,
    data: inputs.data === undefined ? undefined : resolve(context.cwd, inputs.data),
    config: inputs.config === undefined ? undefined : await readConfig(inputs.config, context),
    gitlabVersion: inputs['gitlab-version'],
    allowHosts: inputs['allow-host'],
    latency: inputs.latency,
    faultRate: Number(rate),
    faultKinds: inputs['fault-kinds'].split(',').map((kind) => kind.trim()),
    faultSeed: inputs['fault-seed'],
    onError: (error: unknown) => {
      log.warn(
        'A request failed inside the registry: ' +
          (error instanceof Error ? (error.stack ?? error.message) : String(error)),
      );
    },
  };
}

async function readConfig(path: string, context: Context): Promise<unknown> {
  const absolute = resolve(context.cwd, path);
  const text = await readFile(absolute, 'utf8').catch((cause: unknown) => {
    throw new Failure(
      'usage',
      `config: ${absolute} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        hint: 'Give the path of a JSON file: docs/registry.md of this project has one to begin with.',
        cause,
      },
    );
  });
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    // Not passed on as the cause: --verbose would show what it quotes.
    throw new Failure('usage', `config: ${absolute} is not JSON${placeIn(cause)}`, {
      hint: 'JSON has quotation marks around every name, no comments, and no comma before a closing bracket.',
    });
  }
}

/** Where it ends to be JSON, if that is told. The rest of the message may quote the file, which holds tokens. */
function placeIn(cause: unknown): string {
  const [place] = / at position \d+( \(line \d+ column \d+\))?/.exec(cause instanceof Error ? cause.message : '') ?? [];
  return place ?? '';
}

/** The first line is for programs that wait for it; what follows, for people and their first try. */
function announce(running: RunningRegistry, inputs: RegistryInputs, tools: Tools): void {
  tools.announce(`listening on ${running.url}`);
  if (inputs.config !== undefined) return;
  for (const { kind, token } of running.tokens) tools.announce(`${kind} ${token}`);
  tools.announce(`project ${running.project.id} ${running.project.path}`);
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => {
    signal.addEventListener(
      'abort',
      () => {
        done();
      },
      { once: true },
    );
  });
}
