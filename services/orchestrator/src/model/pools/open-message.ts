import type { LiluxError } from "@lilux/protocol";
import type { ModelMessage, ModelRequest } from "../language-model.ts";
import type { Pool } from "./pool.ts";

/** A message as far as it stands. */
export interface OpenMessage {
  messages: ModelMessage[];
  openText: string;
  /** Why it was gone on with, for when nobody can. */
  lost: LiluxError | undefined;
  /** Who lost a piece of it: asked again only when nobody else can. */
  lostBy: Set<Pool>;
}

export function openedBy({ messages, continuesMessage }: ModelRequest): OpenMessage {
  const last = messages.at(-1);
  if (continuesMessage !== true || last?.role !== "assistant") {
    return { messages: [...messages], openText: "", lost: undefined, lostBy: new Set() };
  }
  return {
    messages: messages.slice(0, -1),
    openText: last.content,
    lost: undefined,
    lostBy: new Set(),
  };
}
