/** What the operating system means by an error code, in words: the cause, and the next step. */

export interface SystemWords {
  /** To be read after what could not be done: `the file system is read-only`. */
  readonly cause: string;
  /** A whole sentence. */
  readonly hint: string;
  /** There is no room left. */
  readonly isFull?: true;
}

const FULL: SystemWords = {
  cause: 'no space is left on that file system',
  hint: 'Free some space, or choose another folder.',
  isFull: true,
};
const DENIED: SystemWords = {
  cause: 'permission denied',
  hint: 'Check the permissions of that place and who runs this command, or choose another folder.',
};
const TOO_MANY: SystemWords = {
  cause: 'too many files and connections are open',
  hint: 'Raise the limit of open files (`ulimit -n`), or lower `concurrency`.',
};

const WORDS: Readonly<Record<string, SystemWords>> = {
  ENOSPC: FULL,
  EDQUOT: { ...FULL, cause: 'the quota of disk space is used up' },
  EACCES: DENIED,
  EPERM: { ...DENIED, cause: 'the operation is not permitted' },
  EMFILE: TOO_MANY,
  ENFILE: { ...TOO_MANY, cause: 'this machine has too many files open' },
  EROFS: { cause: 'the file system is read-only', hint: 'Choose a folder on a file system that can be written to.' },
  ENAMETOOLONG: { cause: 'the path is too long for that file system', hint: 'Choose a folder with a shorter path.' },
  EIO: { cause: 'the disk reported an error', hint: 'Check the disk and the mount, or choose another folder.' },
  ESTALE: { cause: 'the network file system lost that place', hint: 'Mount it again, or choose another folder.' },
};

const NO_FOLDER: SystemWords = {
  cause: 'no folder can be made there',
  hint: 'Choose another folder. The one above it was deleted or unmounted, or takes no files (`/proc`).',
};

/** Undefined for codes whose meaning depends on what was done, and for what is no error of the system. */
export function systemWords(error: unknown): SystemWords | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('syscall' in error)) return undefined;
  if (error.code === 'ENOENT' && error.syscall === 'mkdir') return NO_FOLDER;
  return typeof error.code === 'string' && Object.hasOwn(WORDS, error.code) ? WORDS[error.code] : undefined;
}

/** The code and its meaning where there is one, else the system's message: `the file system is read-only (EROFS)`. */
export function systemReason(error: NodeJS.ErrnoException): string {
  const words = systemWords(error);
  return words === undefined ? error.message : `${words.cause} (${error.code ?? ''})`;
}
