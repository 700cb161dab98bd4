/** Every example of the documents is real: it parses, and it names what there is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { commands } from '../../src/commands/index.ts';
import { defaultConfig, readConfig } from '../../src/registry/config/config.ts';
import { startRegistry } from '../../src/registry/library.ts';
import type { RunningRegistry } from '../../src/registry/public.ts';
import { readFaultScript } from '../../src/registry/wire/fault-script.ts';
import type { RegistryInputs } from '../../src/commands/registry/inputs.ts';
import { runRegistry } from '../../src/commands/registry/run.ts';
import type { Tools } from '../../src/definitions/command.ts';
import { parseInputs } from '../../src/definitions/parse.ts';
import { parseCommandLine } from '../../src/hosts/terminal/command-line.ts';
import { evaluateComponent } from '../gitlab-ci/evaluate.ts';
import { isHash, isList, isText, type Hash } from '../gitlab-ci/plain.ts';
import { ROOT } from '../support/process.ts';
import { examplesOf, PAGES, type Example } from './pages.ts';
import { shellCommands } from './shell.ts';

const EXAMPLES = PAGES.flatMap(examplesOf);
const PROGRAM = /^(?:\.\/)?generic-packages$/;

function rows(...languages: readonly string[]): readonly (readonly [where: string, example: Example])[] {
  return EXAMPLES.filter(({ language }) => languages.includes(language)).map((example) => [
    `${example.page}:${example.line}`,
    example,
  ]);
}

/** Every mapping within a document. */
function mappingsIn(value: unknown): readonly Hash[] {
  if (isList(value)) return value.flatMap(mappingsIn);
  if (!isHash(value)) return [];
  return [value, ...Object.values(value).flatMap(mappingsIn)];
}

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

test('examples are of the languages that are checked here', () => {
  const languages = new Set(EXAMPLES.map(({ page, language }) => (page === 'ARCHITECTURE.md' ? 'text' : language)));

  expect([...languages].sort()).toEqual(['js', 'json', 'sh', 'text', 'yaml']);
});

describe('YAML', () => {
  test.each(rows('yaml'))('%s uses our actions with inputs that they have', (_, { text }) => {
    const steps = mappingsIn(parse(text)).filter(({ uses }) => isText(uses) && uses.startsWith('generic-packages/'));
    for (const { uses, with: given = {} } of steps) {
      const action = /^generic-packages\/generic-packages(?:\/([a-z-]+))?@v1$/.exec(String(uses));
      expect(action).not.toBeNull();
      const { inputs } = parse(textOf(action?.[1] === undefined ? 'action.yml' : `${action[1]}/action.yml`)) as Hash;
      expect(Object.keys(inputs as Hash)).toEqual(expect.arrayContaining(Object.keys(given as Hash)));
    }
  });

  test.each(rows('yaml'))('%s includes our components with inputs that GitLab takes', (_, { text }) => {
    const includes = mappingsIn(parse(text)).filter(({ component }) => isText(component));
    for (const { component, inputs = {} } of includes) {
      const name = /^\$CI_SERVER_FQDN\/[\w/-]+\/([a-z-]+)@1\.0\.0$/.exec(String(component))?.[1];
      expect(name).toBeDefined();
      expect(evaluateComponent(textOf(`templates/${name ?? ''}.yml`), inputs as Hash).problems).toEqual([]);
    }
  });

  test.each(rows('yaml'))('%s takes outputs of steps that have them', (_, { text }) => {
    const steps = mappingsIn(parse(text)).filter(({ id }) => isText(id));
    for (const [, id, output] of text.matchAll(/steps\.(\w+)\.outputs\.([a-z-]+)/g)) {
      const uses = String(steps.find((step) => step.id === id)?.uses);
      const { outputs } = parse(textOf(`${/packages\/([a-z-]+)@/.exec(uses)?.[1] ?? ''}/action.yml`)) as Hash;
      expect(Object.keys(outputs as Hash)).toContain(output);
    }
  });

  test('there are many of both', () => {
    const all = rows('yaml').flatMap(([, { text }]) => mappingsIn(parse(text)));

    expect(all.filter(({ component }) => component !== undefined).length).toBeGreaterThan(10);
    expect(all.filter(({ uses }) => String(uses).startsWith('generic-packages/')).length).toBeGreaterThan(10);
  });
});

describe('a terminal', () => {
  const lines = rows('sh').flatMap(([where, { text }]) =>
    shellCommands(text)
      .filter(({ words }) => PROGRAM.test(words[0] ?? ''))
      .map(({ words }) => [`${where}: ${words.slice(1).join(' ')}`, words.slice(1)] as const),
  );

  test.each(lines)('%s', (_, args) => {
    expect(parseCommandLine(args, commands).problems).toEqual(args[0] === '--version' ? expect.anything() : []);
  });

  test('is shown every command', () => {
    const shown = new Set(lines.map(([, args]) => args[0]));

    expect(commands.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
  });

  test.each(rows('sh'))('%s names scripts that there are', (_, { text }) => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Hash };
    const named = shellCommands(text).flatMap(({ words: [npm, run, script] }) =>
      npm === 'npm' && run === 'run' ? [script ?? ''] : [],
    );

    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});

describe('JSON', () => {
  test.each(rows('json'))('%s is what the registry takes, or says when it is ready', async (_, { text }) => {
    const given: unknown = JSON.parse(text);
    if (isList(given)) {
      expect(readFaultScript(given).length).toBeGreaterThan(0);
    } else if (isHash(given) && 'url' in given) {
      const said = await readyLine(['--control-port=0', '--port=0']);
      expect(Object.keys(said)).toEqual(Object.keys(given));
    } else {
      const config = readConfig(given);
      expect(config.projects.length).toBeGreaterThan(0);
      expect(config).not.toEqual(defaultConfig());
    }
  });
});

/** What the registry prints with `--json`, without a process. */
async function readyLine(flags: readonly string[]): Promise<object> {
  const stop = new AbortController();
  let said: object = {};
  const { command, given } = parseCommandLine(['registry', ...flags], commands);
  const { values } = parseInputs(command?.inputs ?? {}, given, 'terminal');
  const announce = (_lines: string, ready: object = {}): void => {
    said = ready;
    stop.abort();
  };
  await runRegistry(
    values as RegistryInputs,
    { signal: stop.signal, announce, context: {}, log: {} } as unknown as Tools,
  );
  return said;
}

describe('JavaScript', () => {
  test.each(rows('js'))('%s runs', async (_, { text }) => {
    const [, imported, ...rest] = /^import \{ (\w+) \} from '@generic-packages\/cli\/registry';\n/.exec(text) ?? [];
    expect([imported, rest]).toEqual(['startRegistry', []]);
    const body = text.slice(text.indexOf('\n') + 1);
    // An example has no function around it to return from.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const run = new Function(imported ?? '', `return (async () => { ${body}; return gitlab; })()`);
    const gitlab = await (run as (start: typeof startRegistry) => Promise<RunningRegistry>)(startRegistry);
    expect(gitlab.apiUrl).toMatch(/\/api\/v4$/);
    await gitlab.reset();
    await gitlab.close();
  });
});
