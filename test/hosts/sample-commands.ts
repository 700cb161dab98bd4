/**
 * Commands that exist for tests only: one input of each kind, and a run that does what `mode` says.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../src/core/errors.ts';
import {
  boolean,
  choice,
  duration,
  integer,
  lines,
  path,
  secret,
  text,
  url,
  type ValuesOf,
} from '../../src/definitions/inputs.ts';
import { defineCommand, type AnyCommand, type Prepared, type Tools } from '../../src/definitions/command.ts';

const connection = {
  'api-url': url({ connection: true, description: 'Address of the API.' }),
  token: secret({ connection: true, description: 'Credential.' }),
  retries: integer({ connection: true, default: '5', min: 0, max: 20, description: 'Tries.' }),
  'output-prefix': text({ connection: true, platforms: ['gitlab'], identifier: true, description: 'Prefix.' }),
} as const;

const inputs = {
  'package-name': text({ description: 'Name of the package.' }),
  files: lines({ required: true, description: 'Patterns.' }),
  directory: path({ default: '.', description: 'Root.' }),
  flatten: boolean({ default: 'false', description: 'Base names only.' }),
  'if-exists': choice({ default: 'skip', options: ['skip', 'fail'], description: 'What then.' }),
  manifest: text({ default: 'm.json', none: true, description: 'Name of the manifest.' }),
  'older-than': duration({ description: 'Age.' }),
  mode: text({ default: 'report', description: 'What the run does.' }),
  'max-time': duration({ description: 'Time of the whole run.' }),
  payload: path({ description: 'A text, of several lines too, that the run logs.' }),
  ...connection,
} as const;

type MoveInputs = ValuesOf<typeof inputs>;

const outputs = {
  'package-name': { kind: 'text', description: 'Name.' },
  directory: { kind: 'text', path: true, description: 'Folder.' },
  count: { kind: 'integer', description: 'How many.' },
  complete: { kind: 'boolean', description: 'Whether all is there.' },
  files: { kind: 'list', description: 'The files.' },
} as const;

function outputsFor(given: MoveInputs, tools: Tools, count: number) {
  return {
    'package-name': given['package-name'] ?? 'widget',
    directory: `${tools.context.workspace}/out`,
    count,
    complete: true,
    files: Array.from({ length: count }, (_, at) => ({
      name: `bin/file-${at}.txt`,
      size: at,
      status: 'moved',
    })),
  };
}

function prepareMove(given: MoveInputs): Promise<Prepared<MoveInputs>> {
  const problem = 'goes only with flatten';
  const wrong = given['if-exists'] === 'fail' && !given.flatten;
  return Promise.resolve(
    wrong ? { intent: undefined, problems: [{ input: 'if-exists', problem }] } : { intent: given, problems: [] },
  );
}

async function runMove(given: MoveInputs, tools: Tools) {
  const { log, signal } = tools;
  const outcome = outputsFor(given, tools, given.mode === 'many' ? 1500 : 2);
  const payload = given.payload ?? '';
  switch (given.mode) {
    case 'fail':
      throw new Failure('conflict', 'The version is closed', {
        problems: ['a differs', 'b differs'],
        hint: 'Take a new one.',
      });
    case 'fail-at-length':
      throw new Failure('bad-name', 'Names are refused', {
        problems: Array.from({ length: 25 }, (_, at) => `name ${at}`),
      });
    case 'warn':
      for (let at = 0; at < 7; at += 1) log.warn(`warning ${at} ${payload}`);
      break;
    case 'say':
      await log.group('Say it', () => {
        log.info(payload);
        log.detail(`detail ${payload}`);
        return Promise.resolve();
      });
      break;
    case 'mask':
      tools.mask(['hidden-word', 'aGlkZGVuLXdvcmQ=']);
      log.info(`one hidden-word and aGlkZGVuLXdvcmQ=`);
      return {
        outputs: { ...outcome, 'package-name': 'has hidden-word' },
        report: {
          headline: 'Done with hidden-word',
          facts: [['word', 'hidden-word']] as const,
          links: [],
          summary: true,
        },
      };
    case 'leave-out':
      return { outputs: { ...outcome, count: undefined as unknown as number } };
    case 'throw':
      throw new TypeError('x is not a function');
    case 'throw-outside':
      setTimeout(() => {
        throw new Error('thrown in a timer');
      }, 5);
      await sleep(60_000);
      break;
    case 'reject-outside':
      void Promise.reject(new Error('rejected and forgotten'));
      await sleep(60_000);
      break;
    case 'lose':
      await new Promise(() => undefined);
      break;
    case 'wait':
      tools.announce('waiting');
      await sleep(60_000, undefined, { signal });
      break;
    case 'wait-silently':
      await sleep(60_000, undefined, { signal });
      break;
    case 'serve':
      tools.announce('waiting');
      await sleep(60_000, undefined, { signal }).catch(() => undefined);
      break;
    case 'ignore-signals':
      tools.announce('waiting');
      await sleep(60_000);
      break;
    case 'explain':
      tools.announce('waiting');
      await sleep(60_000, undefined, { signal }).catch(() => {
        throw new Failure('interrupted', 'Stopped after 3 of 5 files', {
          hint: 'Go on by running it again.',
        });
      });
      break;
    default:
      break;
  }
  return {
    outputs: outcome,
    report: {
      headline: `Moved ${outcome.files.length} files ${payload}`.trimEnd(),
      tally: `${outcome.files.length} files moved`,
      facts: [
        ['digest', 'sha256:abc'],
        ['payload', payload],
      ] as const,
      table: {
        columns: ['file', 'size'],
        rows: outcome.files.map(({ name, size }) => [name, String(size)]),
      },
      links: outcome.files.map(({ name }) => ({
        label: name,
        url: `https://gitlab.test/api/${name}`,
      })),
      summary: given.mode !== 'no-summary',
      closing: ['pin: 1.2.3'],
    },
  };
}

const move: AnyCommand = defineCommand({
  name: 'move',
  summary: 'Move files',
  description: 'Moves files from here to there.',
  platforms: ['github', 'gitlab', 'terminal'],
  inputs,
  outputs,
  prepare: prepareMove,
  run: runMove,
});

/** A command with inputs of its own; it hands a version on. */
const version: AnyCommand = defineCommand({
  name: 'version',
  summary: 'Work out the version',
  description: 'Works out the version.',
  platforms: ['github', 'gitlab', 'terminal'],
  inputs: {
    'variable-token': secret({ description: 'Credential for variables.' }),
    increment: choice({ default: 'auto', options: ['auto', 'patch'], description: 'Which part.' }),
    claim: boolean({ default: 'false', description: 'Claim it.' }),
    'output-prefix': connection['output-prefix'],
  },
  outputs: {
    version: { kind: 'text', description: 'The version.' },
    previous: { kind: 'text', description: 'The one before.' },
  },
  run: () => Promise.resolve({ outputs: { version: '1.2.3', previous: 'none' } }),
});

/** Reads what `version` passed on. */
const reader: AnyCommand = defineCommand({
  name: 'reader',
  summary: 'Read the pipeline values',
  description: 'Reads what the version job passed on.',
  platforms: ['gitlab', 'terminal'],
  inputs: { 'output-prefix': connection['output-prefix'] },
  outputs: { passedOn: { kind: 'text', description: 'What was passed on.' } },
  run: async (given, tools) => {
    const passedOn = await tools.context.pipelineValues('version', given['output-prefix'] ?? '');
    return { outputs: { passedOn: passedOn?.version ?? 'nothing' } };
  },
});

/** At home at the terminal only. */
const list: AnyCommand = defineCommand({
  name: 'list',
  summary: 'List versions',
  description: 'Lists versions.',
  platforms: ['terminal'],
  inputs: {},
  outputs: { versions: { kind: 'list', description: 'All of them.' } },
  run: () => {
    const versions = Array.from({ length: 2000 }, (_, at) => ({ version: `1.0.${at}`, files: at }));
    return Promise.resolve({
      outputs: { versions },
      report: {
        headline: `${versions.length} versions`,
        facts: [],
        table: {
          columns: ['version'],
          rows: versions.map((row) => [row.version]),
          whole: true as const,
        },
        links: [],
        summary: false,
      },
    });
  },
});

export const sampleCommands: readonly AnyCommand[] = [move, version, reader, list];
