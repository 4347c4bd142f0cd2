import type { AcceptedForms } from "./accepted-forms.ts";

/**
 * The answer in a form its client reads, begun at once. A stream of events
 * opens with a comment, so that its head does not wait for the first event; a
 * client that reads JSON alone gets the stream's answers as JSON, at its end.
 */
export async function fitAnswer(response: Response, accepted: AcceptedForms): Promise<Response> {
  const type = response.headers.get("content-type") ?? "";
  if (response.body === null || !type.startsWith("text/event-stream")) return response;
  if (!accepted.events) return asJson(response);
  const opened = new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => controller.enqueue(OPENING),
  });
  return new Response(response.body.pipeThrough(opened), response);
}

const OPENING = new TextEncoder().encode(": open\n\n");

async function asJson(response: Response): Promise<Response> {
  const text = await response.text();
  const messages = [...text.matchAll(/^data: ?(.+)$/gm)].map(([, data]): unknown =>
    JSON.parse(data ?? "null"),
  );
  const answers = messages.filter(isAnswer);
  const headers = new Headers(response.headers);
  headers.set("content-type", "application/json; charset=utf-8");
  const body = JSON.stringify(answers.length === 1 ? answers[0] : answers);
  return new Response(body, { status: response.status, headers });
}

function isAnswer(message: unknown): boolean {
  if (typeof message !== "object" || message === null) return false;
  return "result" in message || "error" in message;
}
