/** GitLab's `$[[ inputs.x | function ]]` in the second document: one pass, keys and values alike. */
import { isHash, isList, isText } from './plain.ts';

const BLOCK = /\$\[\[\s*(\S.*?\S)\s*\]\]/gs;
const MAX_FUNCTIONS = 3;
const MAX_BLOCKS = 10_000;
const MAX_ACCESS_BYTES = 1024;
const MAX_NODE_BYTES = 1024 * 1024;

export interface Interpolated {
  readonly problems: readonly string[];
  readonly value: unknown;
}

interface Run {
  readonly values: ReadonlyMap<string, unknown>;
  readonly problems: string[];
  readonly blocks: Set<string>;
}

export function interpolate(document: unknown, values: ReadonlyMap<string, unknown>): Interpolated {
  const run: Run = { values, problems: [], blocks: new Set() };
  const value = replace(document, run);
  if (run.blocks.size > MAX_BLOCKS) run.problems.push('too many interpolation blocks');
  return { problems: run.problems, value };
}

/** Names of the inputs that a text uses. */
export function usedInputs(text: string): readonly string[] {
  return [...text.matchAll(BLOCK)].map(([, data = '']) => firstPart(data).replace(/^inputs\./, ''));
}

function replace(node: unknown, run: Run): unknown {
  if (isText(node)) return replaceText(node, run);
  if (isList(node)) return node.map((item) => replace(item, run));
  if (!isHash(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [String(replaceText(key, run)), replace(value, run)]),
  );
}

/** A block that is the whole text keeps the input's type; within a longer text it becomes text. */
function replaceText(text: string, run: Run): unknown {
  if (Buffer.byteLength(text) > MAX_NODE_BYTES) run.problems.push('config node too large');
  const blocks = [...text.matchAll(BLOCK)];
  const [only] = blocks;
  if (only === undefined) return text;
  if (blocks.length === 1 && only[0] === text) return valueOf(only[0], only[1] ?? '', run);
  return text.replace(BLOCK, (block, data: string) => inText(valueOf(block, data, run)));
}

function inText(value: unknown): string {
  return isText(value) ? value : JSON.stringify(value);
}

function valueOf(block: string, data: string, run: Run): unknown {
  run.blocks.add(block);
  const [access = '', ...functions] = data.split('|').map((part) => part.trim());
  if (Buffer.byteLength(access) > MAX_ACCESS_BYTES) run.problems.push('maximum interpolation expression size exceeded');
  const [scope, name = '', ...rest] = access.split('.');
  if (name === '') {
    problem(run, 'invalid interpolation access pattern');
    return;
  }
  if (scope !== 'inputs' || rest.length > 0) {
    problem(run, `unknown interpolation key: \`${scope ?? ''}\``);
    return;
  }
  if (!run.values.has(name)) {
    problem(run, `unknown interpolation key: \`${name}\``);
    return;
  }
  if (functions.length > MAX_FUNCTIONS) {
    problem(run, 'too many functions in interpolation block');
    return;
  }
  return functions.reduce((value, called) => apply(called, value, run), run.values.get(name));
}

/** Those that GitLab 17.0 has. Variables are none of the evaluator's: expand_vars leaves them. */
function apply(called: string, value: unknown, run: Run): unknown {
  const truncate = /^truncate\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(called);
  if (truncate === null && called !== 'expand_vars') {
    problem(run, `no function matching \`${called}\`: check that the function name, arguments, and types are correct`);
    return;
  }
  if (!isText(value)) {
    problem(run, `invalid input type: ${called} can only be used with string inputs`);
    return;
  }
  if (truncate === null) return value;
  const offset = Number(truncate[1]);
  return value.slice(offset, offset + Number(truncate[2]));
}

/** Stands for the value that there is none of. */
function problem(run: Run, words: string): undefined {
  run.problems.push(words);
  return undefined;
}

function firstPart(data: string): string {
  return data.split('|')[0]?.trim() ?? '';
}
