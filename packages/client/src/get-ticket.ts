import { LiluxError } from "@lilux/protocol";
import type { LiluxClientOptions } from "./lilux-client.ts";

export type TicketSource = (signal: AbortSignal) => Promise<string | undefined>;

/**
 * Where each connection's ticket comes from: a function, a first one given, or
 * `POST /v1/tickets` with the key. Undefined for servers that ask for nothing.
 */
export function createTicketSource(options: LiluxClientOptions): TicketSource {
  const { apiKey, ticket, url } = options;
  let given = typeof ticket === "string" ? ticket : undefined;
  return async (signal) => {
    if (typeof ticket === "function") return ticket();
    if (given !== undefined) {
      const once = given;
      given = undefined;
      return once;
    }
    if (apiKey === undefined) return undefined;
    return buyTicket({ url, apiKey, fetch: options.fetch ?? globalThis.fetch, signal });
  };
}

interface Purchase {
  url: string;
  apiKey: string;
  fetch: typeof globalThis.fetch;
  signal: AbortSignal;
}

async function buyTicket({ url, apiKey, fetch, signal }: Purchase): Promise<string> {
  const address = new URL("/v1/tickets", url.replace(/^ws/, "http"));
  const headers = { authorization: `Bearer ${apiKey}` };
  const answer = await fetch(address, { method: "POST", headers, signal });
  const body: unknown = await answer.json();
  if (typeof body === "object" && body !== null) {
    if ("ticket" in body && typeof body.ticket === "string") return body.ticket;
    if ("code" in body) throw LiluxError.fromBody(body as never);
  }
  throw new LiluxError("internal", { cause: new Error(`tickets answered ${answer.status}`) });
}
