/** The real start of a process, with commands that exist for tests only. */
import { start } from '../../src/main/start.ts';
import { sampleCommands } from '../hosts/sample-commands.ts';

start(process, sampleCommands);
