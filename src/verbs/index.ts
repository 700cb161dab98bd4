/** The verbs there are, in the order in which help and README show them. */
import type { AnyVerb } from '../spec/verb.ts';
import { demo } from './demo/index.ts';
import { download } from './download/index.ts';
import { list } from './list/index.ts';
import { publish } from './publish/index.ts';
import { registry } from './registry/index.ts';
import { release } from './release/index.ts';
import { saveVersion } from './save-version/index.ts';
import { version } from './version/index.ts';

export const verbs: readonly AnyVerb[] = [publish, download, version, saveVersion, release, list, registry, demo];
