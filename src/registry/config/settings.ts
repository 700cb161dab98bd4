/** The `settings` of the config: what an administrator or group owner would set in GitLab. */
import { linearMatcher, type Matcher } from './linear-regex.ts';
import type { Reader } from './reader.ts';
import { readThrottles, THROTTLE_KEYS, type Throttle } from './throttles.ts';

const STORAGE_MODES = ['local', 'proxy', 'redirect'] as const;
const TAG_MODES = ['made', 'assumed'] as const;
const PUSH_LEVELS = ['maintainer', 'owner', 'admin'] as const;

type StorageMode = (typeof STORAGE_MODES)[number];
type TagMode = (typeof TAG_MODES)[number];
export type ProtectionLevel = (typeof PUSH_LEVELS)[number];

export interface ProtectionRule {
  /** `*` stands for anything. */
  readonly pattern: string;
  readonly push: ProtectionLevel | undefined;
  readonly delete: ProtectionLevel | undefined;
}

export interface Settings {
  readonly duplicatesAllowed: boolean;
  /** Undefined: no exception. Anchored at both ends. */
  readonly duplicateException: Matcher | undefined;
  /** Bytes. */
  readonly maxFileSize: number;
  readonly protectionRules: readonly ProtectionRule[];
  /** How many files of one name a package keeps; undefined: all. */
  readonly keepDuplicates: number | undefined;
  readonly storage: StorageMode;
  /** Does the object store refuse GitLab's token headers too? A real one refuses `Authorization` only. */
  readonly storageStrict: boolean;
  /** `assumed`: a release may be made of any tag, as if somebody had pushed it by git. */
  readonly tags: TagMode;
  readonly throttles: readonly Throttle[];
  /** What a throttled request is answered, without the line's end. */
  readonly throttleText: string;
  /** Milliseconds by which GitLab's race for a new package's row is widened. */
  readonly raceWindow: number;
}

export const DEFAULT_SETTINGS: Settings = {
  duplicatesAllowed: true,
  duplicateException: undefined,
  maxFileSize: 5_368_709_120,
  protectionRules: [],
  keepDuplicates: undefined,
  storage: 'local',
  storageStrict: false,
  tags: 'made',
  throttles: [],
  throttleText: 'Retry later',
  raceWindow: 0,
};

/** Reads the settings; GitLab's defaults stand for what is absent. */
export function readSettings(settings: Reader): Settings {
  settings.allowKeys([
    ...['duplicates_allowed', 'duplicate_exception_regex', 'max_file_size', 'protection_rules'],
    ...['keep_n_duplicated_package_files', 'object_storage', 'object_storage_strict', 'race_window', 'tags'],
    ...[...THROTTLE_KEYS, 'rate_limiting_response_text'],
  ]);
  return {
    duplicatesAllowed: settings.flag('duplicates_allowed', true),
    duplicateException: readException(settings),
    maxFileSize: settings.integer('max_file_size', DEFAULT_SETTINGS.maxFileSize, 1, Number.MAX_SAFE_INTEGER),
    protectionRules: settings.list('protection_rules').map(readRule),
    keepDuplicates: readKeep(settings),
    storage: settings.choice('object_storage', STORAGE_MODES, 'local'),
    storageStrict: settings.flag('object_storage_strict', false),
    tags: settings.choice('tags', TAG_MODES, 'made'),
    throttles: readThrottles(settings),
    throttleText: settings.text('rate_limiting_response_text', DEFAULT_SETTINGS.throttleText, () => true, 'text'),
    raceWindow: settings.integer('race_window', 0, 0, 600_000),
  };
}

/** Anchored at both ends, as GitLab does. */
function readException(settings: Reader): Matcher | undefined {
  const text = settings.text(
    'duplicate_exception_regex',
    '',
    (given) => given.length <= 255,
    'a regular expression of at most 255 characters',
  );
  if (text === '') return undefined;
  try {
    return linearMatcher(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    settings.complain('duplicate_exception_regex', `is not in the syntax of RE2: ${reason}`);
    return undefined;
  }
}

function readRule(rule: Reader): ProtectionRule {
  rule.allowKeys(['package_name_pattern', 'minimum_access_level_for_push', 'minimum_access_level_for_delete']);
  const level = (key: string): ProtectionLevel | undefined =>
    rule.has(key) ? rule.choice(key, PUSH_LEVELS, undefined) : undefined;
  return {
    pattern: rule.text(
      'package_name_pattern',
      undefined,
      (text) => text !== '',
      'a package name, in which * stands for anything',
    ),
    push: level('minimum_access_level_for_push'),
    delete: level('minimum_access_level_for_delete'),
  };
}

/** GitLab offers these numbers only; JSON may hold them as numbers or text. */
function readKeep(settings: Reader): number | undefined {
  const numbers = ['1', '10', '20', '30', '40', '50'] as const;
  const kept = settings.word('keep_n_duplicated_package_files', ['all', ...numbers], 'all');
  return kept === 'all' ? undefined : Number(kept);
}
