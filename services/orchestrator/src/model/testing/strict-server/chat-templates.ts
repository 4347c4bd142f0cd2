/** A conversation as it came over the wire. */
export interface WireMessage {
  role: string;
  content?: string | null;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

export interface Conversation {
  messages: readonly WireMessage[];
  tools: readonly unknown[];
}

/** What a template says no to; its sentence is the server's answer. */
export class TemplateError extends Error {}

/** The prompt that a template makes. Each family refuses what the real one refuses. */
export type ChatTemplate = (conversation: Conversation) => string;

export type TemplateFamily = "hermes" | "mistral" | "gemma-2" | "gemma-3";

export const CHAT_TEMPLATES: Readonly<Record<TemplateFamily, ChatTemplate>> = {
  /** Takes everything, in any order. */
  hermes: ({ messages, tools }) => {
    const told = tools.length === 0 ? "" : `<tools>${JSON.stringify(tools)}</tools>`;
    return told + messages.map(said).join("");
  },
  /** System first, then turns that alternate; results follow calls, and a person never a result. */
  mistral: ({ messages, tools }) => {
    const rest = messages[0]?.role === "system" ? messages.slice(1) : messages;
    const turns = rest.filter(({ role, tool_calls }) => role !== "tool" && !tool_calls?.length);
    for (const [index, { role }] of turns.entries()) {
      if (role !== (index % 2 === 0 ? "user" : "assistant")) {
        throw new TemplateError(
          "After the optional system message, conversation roles must alternate user/assistant/user/assistant/...",
        );
      }
    }
    for (const id of rest.flatMap(({ tool_calls = [] }) => tool_calls.map((call) => call.id))) {
      if (!/^[A-Za-z0-9]{9}$/.test(id)) {
        throw new TemplateError("Tool call IDs should be alphanumeric strings with length 9!");
      }
    }
    const told = tools.length === 0 ? "" : `[AVAILABLE_TOOLS]${JSON.stringify(tools)}`;
    return told + messages.map(said).join("");
  },
  /** No system role; turns alternate; neither calls nor results; tools are not told. */
  "gemma-2": ({ messages }) => {
    if (messages[0]?.role === "system") throw new TemplateError("System role not supported");
    alternate(messages);
    return messages.map(said).join("");
  },
  /** A system message is put before the first line; the rest as Gemma 2. */
  "gemma-3": ({ messages }) => {
    const [first, ...others] = messages;
    alternate(first?.role === "system" ? others : messages);
    return messages.map(said).join("");
  },
};

function alternate(messages: readonly WireMessage[]): void {
  for (const [index, { role }] of messages.entries()) {
    if (role !== (index % 2 === 0 ? "user" : "assistant")) {
      throw new TemplateError(
        "Conversation roles must alternate user/assistant/user/assistant/...",
      );
    }
  }
}

function said({ role, content, tool_calls: calls = [] }: WireMessage): string {
  const called = calls.map(({ function: { name, arguments: given } }) => `${name}(${given})`);
  return `<${role}>${content ?? ""}${called.join("")}</${role}>`;
}

/** Four letters are a token, and so is each digit and each mark. */
export function tokensOf(text: string): number {
  return text.match(/[A-Za-z]{1,4}|\d|[^\sA-Za-z\d]/gu)?.length ?? 0;
}
