/** Bad days by script: the n-th request that matches a method and a path meets a fault. By chance: faults.ts. */
import { matchesPattern } from '../access/permissions.ts';
import { Failure } from '../../core/errors.ts';
import { Reader } from '../config/reader.ts';
import { APPLIES, type Errand, FAULT_KINDS, type FaultDraw, type FaultKind } from './faults.ts';

/** Which server a request came to: the API, or the object store. */
type Listening = 'api' | 'storage';

interface ScriptedFault {
  /** `*` stands for any. */
  readonly method: string;
  /** As sent, without the query; `*` stands for anything. */
  readonly path: string;
  readonly on: Listening;
  /** From 1, counted among those that match. */
  readonly nth: number;
  /** How many of them in a row. */
  readonly times: number;
  readonly fault: FaultKind;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly on: Listening;
}

/** What a request meets: by script, else by chance. */
export interface Faults {
  draw(errand: Errand, asked: Asked): FaultKind | undefined;
  /** Counts, and draws, from the beginning again. */
  reset(): void;
}

/** Reads the parsed JSON of a script, a list; throws one `usage` failure that lists every problem. */
export function readFaultScript(given: unknown): readonly ScriptedFault[] {
  const problems: string[] = [];
  const script = new Reader({ faults: given }, 'config', problems).list('faults').map(readFault);
  if (problems.length > 0) throw new Failure('usage', 'The fault script cannot be used.', { problems });
  return script;
}

function readFault(item: Reader): ScriptedFault {
  item.allowKeys(['method', 'path', 'on', 'nth', 'times', 'fault']);
  const method = item.text('method', '*', (text) => /^(?:\*|[A-Z]+)$/.test(text), 'a method such as PUT, or *');
  const fault = item.choice('fault', FAULT_KINDS, undefined);
  if (!APPLIES[fault].includes('read') && !fitsMethod(fault, method))
    item.complain('fault', `is ${fault}, which cannot happen to a ${method}`);
  return {
    method,
    path: item.text('path', '*', (text) => /^[/*]/.test(text), 'a path from its first slash, in which * is anything'),
    on: item.choice('on', ['api', 'storage'], 'api'),
    nth: item.integer('nth', 1, 1, Number.MAX_SAFE_INTEGER),
    times: item.integer('times', 1, 1, Number.MAX_SAFE_INTEGER),
    fault,
  };
}

/** Some faults spoil the bytes of a file, others what is stored. */
function fitsMethod(fault: FaultKind, method: string): boolean {
  if (method === '*') return true;
  const errands: readonly Errand[] = method === 'GET' ? ['file-read'] : ['write', 'large-write'];
  return method !== 'HEAD' && errands.some((errand) => APPLIES[fault].includes(errand));
}

/** `byChance` makes a draw of the same seed each time. */
export function openFaults(script: readonly ScriptedFault[], byChance: () => FaultDraw): Faults {
  let chance = byChance();
  let counts = script.map(() => 0);
  return {
    draw(errand, asked) {
      let scripted: FaultKind | undefined;
      script.forEach((rule, index) => {
        if (!matches(rule, asked) || !APPLIES[rule.fault].includes(errand)) return;
        const count = (counts[index] ?? 0) + 1;
        counts[index] = count;
        if (count >= rule.nth && count < rule.nth + rule.times) scripted ??= rule.fault;
      });
      return scripted ?? chance(errand);
    },
    reset() {
      chance = byChance();
      counts = script.map(() => 0);
    },
  };
}

function matches(rule: ScriptedFault, { method, path, on }: Asked): boolean {
  return rule.on === on && (rule.method === '*' || rule.method === method) && matchesPattern(path, rule.path);
}
