/** What a process has around it, as one record: main/ fills it in, tests make their own. */
import type { Readable } from 'node:stream';

/** Where text goes: standard output or standard error. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface Surroundings {
  /** Arguments without Node and the script: the command comes first. */
  readonly argv: readonly string[];
  readonly env: Env;
  readonly cwd: string;
  readonly os: NodeJS.Platform;
  /** Absolute; empty where nobody tells. */
  readonly home: string;
  /** The system's name of the user; empty where it has none. */
  readonly user: string;
  readonly temp: string;
  readonly umask: number;
  readonly stdin: Readable;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** Drops what is undefined, so that absent fields are truly absent. */
export function present<T extends object>(record: {
  [K in keyof T]: T[K] | undefined;
}): Partial<T> {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}

/** A variable's value; one that is blank counts as absent. */
export function variable(env: Env, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}
