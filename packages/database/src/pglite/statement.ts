/** What crosses between the thread that asks and the thread that holds the database. */
export interface StatementRequest {
  id: number;
  text: string;
  parameters: unknown[];
  asObjects: boolean;
}

export type StatementAnswer =
  | { id: number; rows: unknown[] }
  | { id: number; error: { message: string; code: string | undefined } };

export type WorkerMessage =
  | { state: "ready" }
  | { state: "failed"; message: string }
  | StatementAnswer;
