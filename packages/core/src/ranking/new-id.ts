import { splitIdentifier } from "../text/index.ts";

/** What stands before a new name: "called X", "name it X", "with the id X". */
const INTRODUCTION =
  /(?:\b(?:called|named|titled|entitled|labell?ed)|\b(?:name|call|title|label)\s+(?:it|this|that|him|them)|\b(?:id|name|title)(?:\s+(?:is|of|shall be|should be|will be))?)\s*[:=]?\s+(?:just\s+)?(?=\S)/giu;
/** A kind of item and a colon: "new directive: weekly-backup-check". */
const AFTER_KIND = /\b(?:directive|script|tool|knowledge|entry|note|workflow)\s*:\s+(?=\S)/giu;
/** Where a name of ordinary words ends and what the thing is for begins. */
const NAME_ENDS =
  /^(?:that|which|who|for|to|about|so|with|and|from|where|when|because|it|in|into|on|under|please|as|using|by|if)$/iu;
/** `renew_domains`, `dns-providers`, `csvSplitter`: written as one, of several words. */
const WRITTEN_AS_ONE =
  /^\p{L}[\p{L}\p{N}]*(?:[_-][\p{L}\p{N}]+)+$|^\p{Ll}[\p{L}\p{N}]*\p{Lu}\p{Ll}[\p{L}\p{N}]*$/u;
/** Hyphens join ordinary words too ("on-call"); underscores and humps do not. */
const UNMISTAKABLE = /_|^\p{Ll}[\p{L}\p{N}]*\p{Lu}\p{Ll}/u;
const QUOTED = /^["'`“‘«]([^"'`”’»]{2,80})["'`”’»]/u;
const WORDS_MAX = 6;

/**
 * The id that a line gives to something new: a name behind "called" and its like, or the one word
 * that is written as identifiers are. Undefined where the line does not say it outright.
 */
export function newIdOf(text: string): string | undefined {
  return introduced(text) ?? onlyIdentifier(text);
}

function introduced(text: string): string | undefined {
  for (const form of [INTRODUCTION, AFTER_KIND]) {
    for (const { index, 0: found } of text.matchAll(form)) {
      const id = idAtStart(text.slice(index + found.length));
      if (id !== undefined) return id;
    }
  }
  return undefined;
}

function idAtStart(rest: string): string | undefined {
  const quoted = QUOTED.exec(rest)?.[1];
  if (quoted !== undefined) return idOf(quoted);
  const words: string[] = [];
  for (const part of rest.split(/\s+/u)) {
    const word = trimmed(part);
    if (word === "" || (NAME_ENDS.test(word) && words.length > 0)) break;
    words.push(word);
    const isWhole = WRITTEN_AS_ONE.test(word) && words.length === 1;
    if (isWhole || word.length < part.length || words.length === WORDS_MAX) break;
  }
  return idOf(words.join(" "));
}

function onlyIdentifier(text: string): string | undefined {
  const words = text.split(/\s+/u).map(trimmed);
  const found = words.filter((word) => WRITTEN_AS_ONE.test(word) && UNMISTAKABLE.test(word));
  if (found.length === 1) return found[0];
  const quoted = [...text.matchAll(/(?<=\s)["`“«]([\p{L}\p{N}][\p{L}\p{N} _-]{1,79})["`”»]/gu)];
  return quoted.length === 1 && found.length === 0 ? idOf(quoted[0]?.[1] ?? "") : undefined;
}

/** As written where that is an id already; else its words, joined. */
function idOf(name: string): string | undefined {
  if (WRITTEN_AS_ONE.test(name)) return name;
  const id = splitIdentifier(name).join("_");
  return id === "" ? undefined : id;
}

function trimmed(word: string): string {
  return word.replace(/^[("'`“‘«]+|[)"'`”’»,;:.!?]+$/gu, "");
}
