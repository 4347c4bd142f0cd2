import type { NearestChoice } from "@lilux/core/parameters";
import {
  answerLine,
  type CallRanker,
  type LineEvidence,
  type RankedCalls,
} from "@lilux/core/ranking";
import { LRUCache } from "lru-cache";

/** The embedding of a text as a typed line has one; undefined where the model makes none. */
export type EmbedText = (text: string) => Promise<Float32Array | undefined>;

/** Choices of a library's inputs: they hardly change, and none of them is anything a person typed. */
export type ChoiceMemory = LRUCache<string, Float32Array>;

const CHOICES_REMEMBERED_MAX = 2_000;
/** For the first three of a line's phrases and inputs; the calls likeliest meant come first. */
const QUESTIONS_MAX = 3;
/**
 * On words for choices of ten kinds ("bunny" for rabbit, "american" for us-east-1) no wrong choice was above
 * this and so far ahead but "evening" for night among night, early and late.
 */
const NEAR_MIN = 0.5;
const LEAD_MIN = 0.13;

export function createChoiceMemory(): ChoiceMemory {
  return new LRUCache({ max: CHOICES_REMEMBERED_MAX });
}

interface Question {
  phrase: string;
  choices: readonly string[];
}

/**
 * The calls of a line, and whether that is all: of one that is still typed what its words might mean is left open.
 * Where the model does not answer the words stay unread, and the call is not run at once.
 */
export async function answerAsFar(
  line: { evidence: LineEvidence; ranker: CallRanker },
  {
    isFinished,
    signal,
    ...means
  }: { embed: EmbedText; memory: ChoiceMemory; isFinished: boolean; signal: AbortSignal },
): Promise<{ ranked: RankedCalls; isWhole: boolean }> {
  const { ranked, questions } = answerAsking(line.evidence, line.ranker);
  if (questions.length === 0 || !isFinished) return { ranked, isWhole: questions.length === 0 };
  const asked = await answerByMeaning(line, means).catch(() => {
    signal.throwIfAborted();
    return ranked;
  });
  return { ranked: asked, isWhole: true };
}

/**
 * The calls of a finished line, with the choices its words mean by the model's own embedding. Costs nothing where no
 * word is left that might mean one; else a short text for each such phrase, and once for each choice.
 */
export async function answerByMeaning(
  { evidence, ranker }: { evidence: LineEvidence; ranker: CallRanker },
  { embed, memory }: { embed: EmbedText; memory: ChoiceMemory },
): Promise<RankedCalls> {
  const { ranked, questions } = answerAsking(evidence, ranker);
  if (questions.length === 0) return ranked;
  const near = new Map<string, string>();
  for (const question of questions) {
    const choice = await nearestOf(question, { embed, memory });
    if (choice !== undefined) near.set(keyOf(question), choice);
  }
  if (near.size === 0) return ranked;
  const nearestChoice: NearestChoice = (phrase, choices) => near.get(keyOf({ phrase, choices }));
  return answerLine({ ...evidence, nearestChoice }, ranker);
}

/** The calls as its words alone give them, and what could be asked of the model besides. */
function answerAsking(
  evidence: LineEvidence,
  ranker: CallRanker,
): { ranked: RankedCalls; questions: readonly Question[] } {
  const questions = new Map<string, Question>();
  const nearestChoice: NearestChoice = (phrase, choices) => {
    if (questions.size < QUESTIONS_MAX)
      questions.set(keyOf({ phrase, choices }), { phrase, choices });
    return undefined;
  };
  const ranked = answerLine({ ...evidence, nearestChoice }, ranker);
  return { ranked, questions: [...questions.values()] };
}

async function nearestOf(
  { phrase, choices }: Question,
  { embed, memory }: { embed: EmbedText; memory: ChoiceMemory },
): Promise<string | undefined> {
  const said = await embed(phrase);
  if (said === undefined) return undefined;
  const found: { choice: string; near: number }[] = [];
  for (const choice of choices) {
    const embedding = memory.get(choice) ?? (await embed(choice));
    if (embedding === undefined) return undefined;
    memory.set(choice, embedding);
    found.push({ choice, near: dot(said, embedding) });
  }
  found.sort((a, b) => b.near - a.near);
  const [first, second] = found;
  if (first === undefined || first.near < NEAR_MIN) return undefined;
  return first.near - (second?.near ?? 0) >= LEAD_MIN ? first.choice : undefined;
}

function keyOf({ phrase, choices }: Question): string {
  return JSON.stringify([phrase, choices]);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
