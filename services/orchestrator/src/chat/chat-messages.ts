import type { ChatMessage, ChatTurn } from "@lilux/protocol";
import type { ModelMessage, RouterView } from "../model/language-model.ts";
import { routerStatus } from "../prompts/router-status.ts";
import { systemPrompt } from "../prompts/system-prompt.ts";
import { OWN_PREFIX } from "./caller-tools.ts";

export interface ChatStart {
  chat: ChatTurn;
  librarySummary: string;
  router: RouterView;
}

const RULES = `This conversation comes from a program, which sends all of it each time and may have rules and tools of its own. Calls that change anything wait for the person's yes, which comes with a later message: say that it waits, and do not make it again.`;

/** A caller's conversation as a model is told it: our rules and the caller's first, then its messages as they are. */
export function chatMessages({ chat, librarySummary, router }: ChatStart): ModelMessage[] {
  const { messages, tools } = chat;
  const theirs = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  const rest = messages.filter(({ role }) => role !== "system");
  const system = [systemPrompt(librarySummary), RULES, ...toolRule(tools), ...rulesOf(theirs)];
  const told = rest.map((message, at) => {
    const isLine = message.role === "user" && at === rest.length - 1;
    return isLine ? withStatus(message.content, router) : modelMessage(message);
  });
  return [{ role: "system", content: system.join("\n\n") }, ...told];
}

function toolRule(tools: ChatTurn["tools"]): string[] {
  if (tools.length === 0) return [];
  const rule = `Beside yours there are the program's own tools, which it runs itself. Where one has a name of yours, yours begins with ${OWN_PREFIX}.`;
  return [rule];
}

function rulesOf(theirs: readonly string[]): string[] {
  return theirs.length === 0 ? [] : [`The program's own rules:\n${theirs.join("\n\n")}`];
}

function withStatus(line: string, router: RouterView): ModelMessage {
  return { role: "user", content: `${line}\n\n${routerStatus(router)}` };
}

function modelMessage(message: ChatMessage): ModelMessage {
  switch (message.role) {
    case "tool":
      return { role: "tool", toolCallId: message.callId, content: message.content };
    case "assistant": {
      const { content, calls = [] } = message;
      return { role: "assistant", content, ...(calls.length === 0 ? {} : { toolCalls: calls }) };
    }
    case "system":
    case "user":
      return { role: message.role, content: message.content };
  }
}
