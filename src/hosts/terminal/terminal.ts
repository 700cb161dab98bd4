/** A terminal, or any script that calls the command line: text for people, or one JSON object. */
import { flag } from '../../definitions/naming.ts';
import type { Host } from '../host.ts';
import { environmentLayer, templateLayer } from '../input-layers.ts';
import { askPerson } from './question.ts';
import { progressBar, progressLines } from '../text/progress.ts';
import { openStreamHost, type StreamHostOptions } from '../stream-host.ts';

/** The result goes to standard output, everything on the way to standard error. */
export function openTerminal(options: StreamHostOptions): Host {
  const { from, commandLine } = options;
  const { stdout, stderr } = from;
  const drawsBar = stderr.isTTY === true && from.env.TERM !== 'dumb';
  return openStreamHost(options, {
    platform: 'terminal',
    logTo: stderr,
    reportTo: commandLine.json ? stderr : stdout,
    showsColours: false,
    layers: [templateLayer(from.env), environmentLayer(from.env, 'every input')],
    progress: (line) =>
      drawsBar
        ? progressBar(
            (text) => stderr.write(text),
            from.now,
            () => stderr.columns ?? 80,
          )
        : progressLines(line, from.now),
    groups: (paint) => ({ open: (title) => `${paint('bold', title)}\n`, close: () => '' }),
    inputName: flag,
    ask: (question, signal) => askPerson(from, question, signal),
    screen: { rows: 10, problems: 10 },
  });
}
