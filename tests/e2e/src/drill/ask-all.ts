/** A query that a dashboard or a runbook holds out to somebody who is woken. */
export interface Question {
  query: string;
  /** The file it stands in. */
  from: string;
}

export interface Unanswered extends Question {
  why: string;
}

interface Answer {
  status: string;
  error?: string;
  data?: { resultType: string; result: { value?: [number, string] }[] | [number, string] };
}

const WITHIN_MS = 10_000;

/** Those of the questions that this Prometheus answers with nothing, or with no number. */
export async function askAll(
  prometheus: string,
  questions: readonly Question[],
): Promise<Unanswered[]> {
  const unanswered: Unanswered[] = [];
  for (const question of questions) {
    const why = await whyUnanswered(prometheus, question.query);
    if (why !== undefined) unanswered.push({ ...question, why });
  }
  return unanswered;
}

async function whyUnanswered(prometheus: string, query: string): Promise<string | undefined> {
  const url = `${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
  const answer = (await response.json()) as Answer;
  if (answer.status !== "success") return answer.error ?? "refused";
  const values = valuesOf(answer.data);
  if (values.length === 0) return "no series";
  return values.every((value) => value === "NaN") ? "no number" : undefined;
}

function valuesOf(data: Answer["data"]): string[] {
  if (data === undefined) return [];
  if (data.resultType === "scalar") return [String(data.result[1])];
  return data.result.flatMap((one) =>
    typeof one === "object" && "value" in one ? (one.value?.[1] ?? []) : [],
  );
}
