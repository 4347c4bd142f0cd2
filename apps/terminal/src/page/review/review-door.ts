import type { NewReview, ReviewRows, ReviewTaken, ReviewUndone } from "@lilux/protocol";
import { isRecord } from "../text/result-kind.ts";

/** A database that is made for the first question takes its time. */
const DEADLINE_MS = 60_000;

/** The flywheel's reviews over REST. Rejects with an error that says what to do. */
export interface ReviewDoor {
  next(): Promise<ReviewRows>;
  review(review: NewReview): Promise<ReviewTaken>;
  undo(): Promise<ReviewUndone>;
}

export function createReviewDoor(apiKey: string | null): ReviewDoor {
  async function ask(path: string, method: string, body?: object): Promise<unknown> {
    const response = await fetch(new URL(`v1/flywheel/reviews${path}`, document.baseURI), {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    throw new Error(
      isRecord(answer) && typeof answer["message"] === "string"
        ? answer["message"]
        : `The server answered ${response.status}.`,
    );
  }
  return {
    next: async () => (await ask("", "GET")) as ReviewRows,
    review: async (review) => (await ask("", "POST", review)) as ReviewTaken,
    undo: async () => (await ask("/last", "DELETE")) as ReviewUndone,
  };
}
