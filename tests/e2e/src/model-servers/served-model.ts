import type { Body, RecordingProxy } from "./recording-proxy.ts";

/** A real server as the checks need it. */
export interface ServedModel {
  /** As the server names it. */
  model: string;
  /** What every request has to be told, since the model has no sense of its own. */
  always: (body: Body) => Body;
  /** A line upon which it calls `search`, with what its first request is told. */
  callLine: string;
  forceCall: (body: Body) => Body;
  /** What makes an answer so long that something can happen while it comes. */
  lengthen: (body: Body) => Body;
  /** It ends its answers with words in them; else it may also stop at a limit, or say nothing. */
  finishes: boolean;
  /** It goes on with a message itself. */
  continues: boolean;
  /** Requests that it works on now. */
  running(): Promise<number>;
}

/** Changes only the first round of a turn: what follows a result is the model's own business. */
export function firstRound(
  { always }: Pick<ServedModel, "always">,
  change: (body: Body) => Body,
): (body: Body) => Body {
  return (body) => {
    const messages = body["messages"] as { role: string }[];
    const isFirst =
      messages.at(-1)?.role === "user" && !messages.some(({ role }) => role === "tool");
    return always(isFirst ? change(body) : body);
  };
}

/** Until the function ends, requests are changed so. */
export async function changing<T>(
  proxy: RecordingProxy,
  change: (body: Body) => Body,
  during: () => Promise<T>,
): Promise<T> {
  const before = proxy.change;
  proxy.change = change;
  try {
    return await during();
  } finally {
    proxy.change = before;
  }
}
