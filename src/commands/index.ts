/** The commands there are, in the order in which help and README show them. */
import type { AnyCommand } from '../definitions/command.ts';
import { cleanup } from './cleanup/index.ts';
import { deleteCommand } from './delete/index.ts';
import { demo } from './demo/index.ts';
import { download } from './download/index.ts';
import { list } from './list/index.ts';
import { publish } from './publish/index.ts';
import { registry } from './registry/index.ts';
import { release } from './release/index.ts';
import { saveVersion } from './save-version/index.ts';
import { version } from './version/index.ts';

export const commands: readonly AnyCommand[] = [
  publish,
  download,
  version,
  saveVersion,
  release,
  cleanup,
  deleteCommand,
  list,
  registry,
  demo,
];
