import { EmbeddingMatrix, type QuantisedEmbedding } from "../embedding/index.ts";
import type { NearLesson } from "../ranking/index.ts";

/** A line that was sent, as a book holds it. */
export interface BookedLine {
  person: string;
  turnId: string;
  /** Unix milliseconds. */
  at: number;
  signature: string;
  right: boolean;
  embedding: QuantisedEmbedding;
}

export interface LessonBookOptions {
  width: number;
  /** Of one person; the oldest go. */
  personLinesMax?: number;
  /** Of the tenant; the oldest go. */
  linesMax?: number;
}

/**
 * What the lines of one tenant's people taught. A person's own lines count at once. Those of others
 * count only where enough people agree: what moves a leader is the nearest line of the third of them,
 * so that one or two can move nobody's but their own. Lines grow weaker with age, and a newer line
 * takes the place of an older one of the same wording.
 */
export interface LessonBook {
  readonly size: number;
  /** Another one whenever an answer may be another. */
  readonly revision: number;
  add(line: BookedLine): void;
  /** What a turn taught as right is wrong. */
  refute(turnId: string): void;
  /** Forgets what is not newer: of one person, or of all. */
  forget(until: { person?: string | undefined; at: number }): void;
  /** The nearest lines that count for a person, nearest first. */
  near(embedding: Float32Array, who: { person: string | undefined; now: number }): NearLesson[];
}

export const PERSON_LINES_MAX = 300;
export const BOOK_LINES_MAX = 3_000;
/** So many people must have taught the same before it counts for anybody else. */
export const AGREEING_MIN = 3;
const NEAR_MAX = 12;
const NEAR_FROM = 0.5;
const SAME_WORDING = 0.985;
const FADES_OVER_MS = 30 * 24 * 3_600_000;
/** What is left of a cosine at that age; older lines say nothing. */
const FADED = 0.8;
const ROWS_STEP = 256;

export function createLessonBook(options: LessonBookOptions): LessonBook {
  const { width, personLinesMax = PERSON_LINES_MAX, linesMax = BOOK_LINES_MAX } = options;
  let lines: BookedLine[] = [];
  let matrix: EmbeddingMatrix | undefined;
  let revision = 0;

  function changed(): void {
    matrix = undefined;
    revision += 1;
  }

  /** Made when it is first asked for: lines come in crowds, and one by one. */
  function compared(): EmbeddingMatrix {
    if (matrix !== undefined) return matrix;
    const made = new EmbeddingMatrix(Math.ceil((lines.length + 1) / ROWS_STEP) * ROWS_STEP, width);
    for (const [row, { embedding }] of lines.entries()) made.set(row, embedding);
    matrix = made;
    return made;
  }

  return {
    get size() {
      return lines.length;
    },
    get revision() {
      return revision;
    },
    add(line) {
      if (line.embedding.bytes.length !== width) return;
      if (lines.some((held) => isOne(held, line))) return;
      const isReplaced = (held: BookedLine): boolean =>
        held.person === line.person &&
        (held.signature === line.signature || (held.right && line.right)) &&
        cosine(held.embedding, line.embedding) > SAME_WORDING;
      lines = [...lines.filter((held) => !isReplaced(held)), line];
      const own = lines.filter(({ person }) => person === line.person);
      const oldest =
        own.length > personLinesMax ? own[0] : lines.length > linesMax ? lines[0] : undefined;
      if (oldest !== undefined) lines = lines.filter((held) => held !== oldest);
      changed();
    },
    refute(turnId) {
      lines = lines.map((line) => (line.turnId === turnId ? { ...line, right: false } : line));
      changed();
    },
    forget({ person, at }) {
      lines = lines.filter(
        (line) => line.at > at || (person !== undefined && line.person !== person),
      );
      changed();
    },
    near(embedding, { person, now }) {
      if (lines.length === 0 || embedding.length !== width) return [];
      const comparison = compared().compare(embedding);
      const found: (NearLesson & { person: string })[] = [];
      for (const [row, line] of lines.entries()) {
        const near = faded(comparison.cosineOf(row) ?? 0, now - line.at);
        if (near > NEAR_FROM) found.push({ ...pick(line), near });
      }
      const own = found.filter((lesson) => lesson.person === person);
      const others = agreed(found.filter((lesson) => lesson.person !== person));
      return [...own, ...others]
        .map(({ signature, right, near }) => ({ signature, right, near }))
        .sort((a, b) => b.near - a.near)
        .slice(0, NEAR_MAX);
    },
  };
}

function pick({ person, signature, right }: BookedLine) {
  return { person, signature, right };
}

function isOne(a: BookedLine, b: BookedLine): boolean {
  return a.turnId === b.turnId && a.signature === b.signature && a.right === b.right;
}

function faded(near: number, ageMs: number): number {
  if (ageMs > FADES_OVER_MS) return 0;
  return near * (1 - (1 - FADED) * (Math.max(0, ageMs) / FADES_OVER_MS));
}

/** Per lesson, as near as it is to the third nearest of the people who taught it. */
function agreed(found: readonly (NearLesson & { person: string })[]): NearLesson[] {
  const bySubject = new Map<string, Map<string, NearLesson>>();
  for (const { person, ...lesson } of found) {
    const name = `${lesson.right} ${lesson.signature}`;
    const people = bySubject.get(name) ?? new Map<string, NearLesson>();
    const known = people.get(person);
    if (known === undefined || known.near < lesson.near) people.set(person, lesson);
    bySubject.set(name, people);
  }
  return [...bySubject.values()].flatMap((people) => {
    const nearest = [...people.values()].sort((a, b) => b.near - a.near);
    return nearest[AGREEING_MIN - 1] ?? [];
  });
}

function cosine(a: QuantisedEmbedding, b: QuantisedEmbedding): number {
  let sum = 0;
  for (let at = 0; at < a.bytes.length; at += 1) sum += (a.bytes[at] ?? 0) * (b.bytes[at] ?? 0);
  return sum * a.scale * b.scale;
}
