import type { StartedStep } from "@lilux/core/consent";
import type { Call, ChatTurn } from "@lilux/protocol";
import { callKey, isRead } from "../calls/call-key.ts";
import { outcomeContent, RESULTS_CHARACTERS_MAX } from "../calls/outcome-content.ts";
import { chatMessages } from "../chat/chat-messages.ts";
import type { PastTurn } from "../history/conversation-history.ts";
import type {
  CallOutcome,
  ModelMessage,
  ModelToolCall,
  RouterView,
} from "../model/language-model.ts";
import { lineWithStatus } from "../prompts/router-status.ts";
import { systemPrompt } from "../prompts/system-prompt.ts";

/** What a model is told of one turn, as it grows. */
export interface Conversation {
  readonly messages: ModelMessage[];
  /** Text of the assistant's message that was sent to the person and is not finished. */
  openText: string;
  /** Calls made in this turn, by what makes them the same. */
  readonly made: Map<string, Call>;
  /** What the model may still be given of results. */
  resultCharactersLeft: number;
  /** How many calls were tried. */
  callsTried: number;
  /** The model's last so many answers proposed only what had been called. */
  repeats: number;
  /** Whether the model was given text of others than the person: of items, results, earlier answers. */
  heard: boolean;
  /** What the directives say that the person started in this turn. */
  readonly started: StartedStep[];
}

export interface ConversationStart {
  history: readonly PastTurn[];
  librarySummary: string;
  router: RouterView;
  /** A conversation that its caller keeps, instead of ours. */
  chat?: ChatTurn | undefined;
}

export function startConversation(start: ConversationStart): Conversation {
  const { history, router, chat } = start;
  return {
    messages: chat === undefined ? ownMessages(start) : chatMessages({ ...start, chat }),
    openText: "",
    made: new Map(),
    resultCharactersLeft: RESULTS_CHARACTERS_MAX,
    callsTried: 0,
    repeats: 0,
    // Of what a caller sends along, nobody knows who said it.
    heard:
      chat !== undefined || history.some(({ heard }) => heard !== false) || namesStrangers(router),
    started: [],
  };
}

function ownMessages({ history, librarySummary, router }: ConversationStart): ModelMessage[] {
  return [
    { role: "system", content: systemPrompt(librarySummary) },
    ...history.flatMap(pastMessages),
    { role: "user", content: lineWithStatus(router) },
  ];
}

/** Names in the library are a person's to give; those of other namespaces are not. */
function namesStrangers({ prediction }: RouterView): boolean {
  return (prediction?.candidates ?? []).some(({ call }) => {
    return call.name !== "search" && call.arguments.item_id.startsWith("@");
  });
}

function pastMessages({ text, response, calls }: PastTurn): ModelMessage[] {
  const ran = calls.length === 0 ? "" : `(I ran ${calls.join(", ")}.)`;
  const content = [ran, response].filter((part) => part !== "").join("\n\n");
  return [
    { role: "user", content: text },
    { role: "assistant", content: content === "" ? "(No answer was given.)" : content },
  ];
}

/** A call that was not the model's own idea, told as if it had been: models know no other form. */
export function tellCall(
  conversation: Conversation,
  { id, outcome, note }: { id: string; outcome: CallOutcome; note?: string },
): void {
  const { call } = outcome;
  const toolCall = { id, name: call.name, arguments: JSON.stringify(call.arguments) };
  conversation.messages.push({ role: "assistant", content: "", toolCalls: [toolCall] });
  tellOutcome(conversation, { id, outcome, ...(note === undefined ? {} : { note }) });
}

export function tellOutcome(
  conversation: Conversation,
  { id, outcome, note }: { id: string; outcome: CallOutcome; note?: string },
): void {
  const content = outcomeContent(outcome, conversation.resultCharactersLeft);
  conversation.resultCharactersLeft -= content.length;
  const told = note === undefined ? content : `${content}\n\n${note}`;
  if (!isOwnWrite(outcome)) conversation.heard = true;
  conversation.messages.push({ role: "tool", toolCallId: id, content: told, outcome });
}

/** Says where it was written and nothing that the call did not say itself. */
function isOwnWrite({ ok, call }: CallOutcome): boolean {
  return (
    ok &&
    call.name === "execute" &&
    (call.arguments.action === "create" || call.arguments.action === "update")
  );
}

/** Closes the assistant's message with the calls it proposed. */
export function closeMessage(
  conversation: Conversation,
  toolCalls: readonly ModelToolCall[],
): void {
  conversation.messages.push({ role: "assistant", content: conversation.openText, toolCalls });
  conversation.openText = "";
}

export function isMade({ made }: Conversation, call: Call): boolean {
  return made.has(callKey(call));
}

/** The call may be made again: it is not known how it would end, or what it read has changed. */
export function forgetCall({ made }: Conversation, call: Call): void {
  made.delete(callKey(call));
}

/** What was read before something changed may be read again. */
export function forgetReads({ made }: Conversation): void {
  for (const [key, call] of made) if (isRead(call)) made.delete(key);
}
