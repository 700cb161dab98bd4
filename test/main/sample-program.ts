/** The real start of a process, with verbs that exist for tests only. */
import { start } from '../../src/main/start.ts';
import { sampleVerbs } from '../hosts/sample-verbs.ts';

start(process, sampleVerbs);
