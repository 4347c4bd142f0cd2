import { tokensOf } from "./chat-templates.ts";

/** What a server still has of prompts that it has read. */
export interface PrefixCache {
  /** How many tokens of the prompt it had; it has all of it from then on. */
  read(prompt: string, salt: string): number;
}

const PROMPTS_MAX = 64;

export function createPrefixCache(): PrefixCache {
  const seen: { prompt: string; salt: string }[] = [];
  return {
    read(prompt, salt) {
      const had = seen.filter((other) => other.salt === salt);
      const characters = Math.max(0, ...had.map((other) => sameCharacters(other.prompt, prompt)));
      seen.push({ prompt, salt });
      if (seen.length > PROMPTS_MAX) seen.shift();
      return tokensOf(prompt.slice(0, characters));
    },
  };
}

function sameCharacters(one: string, other: string): number {
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  return same;
}
