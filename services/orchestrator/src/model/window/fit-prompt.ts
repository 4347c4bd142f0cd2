import type { ModelMessage, ToolDefinition } from "../language-model.ts";
import { messageTokens, type Prompt, promptTokens, toolTokens } from "./prompt-size.ts";

/** A result that was cut still says what it is about. */
const RESULT_CHARACTERS_MIN = 240;
/** The rules come first and stay; what follows them describes the library. */
const SYSTEM_CHARACTERS_MIN = 2_600;
const CUT = "\n[cut to fit what the language model can read; the person sees all of it]";

/**
 * The prompt in at most `tokensMax`, by our estimate: oldest turns go first, then
 * results are cut, longest first, then descriptions. Undefined when all that is
 * not enough: the newest line is never cut.
 *
 * Turns go in blocks: what is left takes half the room, so that the beginning of
 * the prompt stays the same for several turns, which servers cache. The same
 * turns are left out each time, since each prompt is fitted as if all before it
 * had been fitted, too.
 */
export function fitPrompt(prompt: Prompt, tokensMax: number): Prompt | undefined {
  const fits = (candidate: Prompt): boolean => promptTokens(candidate) <= tokensMax;
  if (fits(prompt)) return prompt;
  const recent = withoutOldTurns(prompt, tokensMax);
  if (fits(recent)) return recent;
  const shortened = withShortResults(recent, tokensMax);
  if (fits(shortened)) return shortened;
  const plain = { ...shortened, tools: shortened.tools.map(withoutDescriptions) };
  if (fits(plain)) return plain;
  const bare = withShortSystem(plain, tokensMax);
  return fits(bare) ? bare : undefined;
}

interface Turns {
  system: readonly ModelMessage[];
  /** Each begins with a person's line; the last one is the turn that runs. */
  turns: readonly (readonly ModelMessage[])[];
}

function turnsOf(messages: readonly ModelMessage[]): Turns {
  const system: ModelMessage[] = [];
  const turns: ModelMessage[][] = [];
  for (const message of messages) {
    const begins = message.role === "user" && message.isNote !== true;
    if (begins) turns.push([message]);
    else (turns.at(-1) ?? system).push(message);
  }
  return { system, turns };
}

function withoutOldTurns({ messages, tools }: Prompt, tokensMax: number): Prompt {
  const { system, turns } = turnsOf(messages);
  const room = tokensMax - toolTokens(tools) - sizeOf(system);
  let from = 0;
  let taken = 0;
  for (const [index, turn] of turns.entries()) {
    taken += sizeOf(turn);
    if (taken <= room) continue;
    for (; from < index && taken > room / 2; from += 1) taken -= sizeOf(turns[from] ?? []);
  }
  return { messages: [...system, ...turns.slice(from).flat()], tools };
}

function sizeOf(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + messageTokens(message), 0);
}

function withShortResults(prompt: Prompt, tokensMax: number): Prompt {
  const messages = [...prompt.messages];
  for (;;) {
    const excess = promptTokens({ ...prompt, messages }) - tokensMax;
    const longest = longestResult(messages);
    const message = messages[longest];
    if (excess <= 0 || message === undefined) return { ...prompt, messages };
    messages[longest] = { ...message, content: cut(message, excess, RESULT_CHARACTERS_MIN) };
  }
}

/** -1 when each is as short as can be. */
function longestResult(messages: readonly ModelMessage[]): number {
  const lengthAt = (index: number): number => messages[index]?.content.length ?? 0;
  let longest = -1;
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== "tool" || content.length <= RESULT_CHARACTERS_MIN + CUT.length) continue;
    if (lengthAt(index) > lengthAt(longest)) longest = index;
  }
  return longest;
}

/** Shorter by about as many tokens, but no shorter than `charactersMin`. */
function cut(message: ModelMessage, tokens: number, charactersMin: number): string {
  const { content } = message;
  const share = Math.max(0, 1 - (tokens + CUT.length) / messageTokens(message));
  const kept = Math.max(charactersMin, Math.floor(content.length * share));
  return content.slice(0, Math.min(kept, content.length - CUT.length - 1)) + CUT;
}

function withShortSystem(prompt: Prompt, tokensMax: number): Prompt {
  const excess = promptTokens(prompt) - tokensMax;
  const messages = prompt.messages.map((message) => {
    const isLong = message.role === "system" && message.content.length > SYSTEM_CHARACTERS_MIN;
    if (!isLong) return message;
    return { ...message, content: cut(message, excess, SYSTEM_CHARACTERS_MIN - CUT.length) };
  });
  return { ...prompt, messages };
}

function withoutDescriptions(tool: ToolDefinition): ToolDefinition {
  return { ...tool, parameters: bare(tool.parameters, false) as object };
}

/** A property may be called `description`: only those of schemas go. */
function bare(value: unknown, holdsNames: boolean): unknown {
  if (Array.isArray(value)) return value.map((member) => bare(member, false));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key, member]) => {
    return holdsNames || key !== "description" || typeof member !== "string";
  });
  return Object.fromEntries(
    kept.map(([key, member]) => [key, bare(member, !holdsNames && key === "properties")]),
  );
}
