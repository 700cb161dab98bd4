/** Words for users that differ by platform: each platform shows what holds there, and nothing else. */
import type { Platform } from './context.ts';

/** Markdown. A record has what holds everywhere (`all`) and what follows it on one platform only. */
export type PlatformText = string | Readonly<Partial<Record<'all' | Platform, string>>>;

const PLATFORM_WORDS: Readonly<Record<Platform, string>> = {
  github: 'on GitHub',
  gitlab: 'on GitLab',
  terminal: 'at the terminal',
};

/** The words for one platform; empty where there are none. */
export function textOn(platform: Platform, text: PlatformText | undefined): string {
  if (text === undefined || typeof text === 'string') return text ?? '';
  return [text.all, text[platform]].filter((part) => part !== undefined && part !== '').join(' ');
}

/** For a page that speaks of all platforms at once: sentences, each under the name of its platform. */
export function sentencesEverywhere(text: PlatformText | undefined): string {
  return partsEverywhere(text, (where, words) => `${capitalized(where)}: ${words}`).join(' ');
}

/** The same for a phrase such as a default: `on GitLab: …; at the terminal: …`. */
export function phraseEverywhere(text: PlatformText | undefined): string {
  return partsEverywhere(text, (where, words) => `${where}: ${words}`).join('; ');
}

/** Platforms with the same words are named together. */
function partsEverywhere(
  text: PlatformText | undefined,
  join: (where: string, words: string) => string,
): readonly string[] {
  if (text === undefined || typeof text === 'string') return text === undefined ? [] : [text];
  const platformsByWords = new Map<string, string[]>();
  for (const platform of Object.keys(PLATFORM_WORDS) as Platform[]) {
    const words = text[platform];
    if (words !== undefined) {
      platformsByWords.set(words, [...(platformsByWords.get(words) ?? []), PLATFORM_WORDS[platform]]);
    }
  }
  const own = [...platformsByWords].map(([words, where]) => join(where.join(' and '), words));
  return text.all === undefined ? own : [text.all, ...own];
}

function capitalized(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
