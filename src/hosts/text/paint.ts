/** Colours, and whether to use them: `NO_COLOR`, `FORCE_COLOR`, no terminal, a dumb one. */
import { styleText } from 'node:util';
import type { Env, TextSink } from '../surroundings.ts';

export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Gives a text a colour, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;

export const plain: Paint = (_colour, text) => text;

export const coloured: Paint = (colour, text) =>
  text === '' ? '' : styleText(colour, text, { validateStream: false });

/** As Node does it: `FORCE_COLOR` outranks `NO_COLOR`, which outranks what the stream is. */
export function paintFor(sink: TextSink, env: Env): Paint {
  const force = env.FORCE_COLOR;
  if (force !== undefined) return force === '0' || force === 'false' ? plain : coloured;
  if ((env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb') return plain;
  return sink.isTTY === true ? coloured : plain;
}
