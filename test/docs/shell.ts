/** Commands of a shell example, as far as documents write them: quotes, comments, pipes, variables. */

export interface ShellCommand {
  /** Settings before it, such as `A=b`. */
  readonly settings: readonly string[];
  readonly words: readonly string[];
}

const SEPARATORS = new Set(['|', '&&', '||', ';', '\n']);

/** Each simple command, in order; variables stay as they are written. */
export function shellCommands(text: string): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  const end = (): void => {
    const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
    const at = first === -1 ? words.length : first;
    if (words.length > 0) commands.push({ settings: words.slice(0, at), words: words.slice(at) });
    words = [];
  };
  for (const token of tokensOf(text.replaceAll('\\\n', ' '))) {
    if (SEPARATORS.has(token.text) && !token.quoted) end();
    else words.push(token.text);
  }
  end();
  return commands;
}

interface Token {
  readonly text: string;
  readonly quoted: boolean;
}

function tokensOf(text: string): readonly Token[] {
  const pattern = /#[^\n]*|\|\||&&|[|;\n]|(?:'[^']*'|"[^"]*"|\$\([^)]*\)|[^\s'"|;&])+/g;
  return [...text.matchAll(pattern)]
    .map(([found]) => found)
    .filter((found) => !found.startsWith('#'))
    .map((found) => ({ text: found.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'), quoted: /['"]/.test(found) }));
}
