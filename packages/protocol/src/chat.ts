import { type Static, Type } from "typebox";
import { Call } from "./call.ts";
import { Confirmation } from "./kiwi.ts";
import { TextEnum } from "./text-enum.ts";

/** A call as a model wrote it, or is to write it; `arguments` is its text. */
export const WrittenCall = Type.Object({
  id: Type.String(),
  name: Type.String(),
  arguments: Type.String(),
});
export type WrittenCall = Static<typeof WrittenCall>;

/** One message of a conversation that its caller keeps. */
export const ChatMessage = Type.Union([
  Type.Object({ role: TextEnum(["system", "user"]), content: Type.String() }),
  Type.Object({
    role: Type.Literal("assistant"),
    content: Type.String(),
    calls: Type.Optional(Type.Array(WrittenCall)),
  }),
  Type.Object({ role: Type.Literal("tool"), callId: Type.String(), content: Type.String() }),
]);
export type ChatMessage = Static<typeof ChatMessage>;

/** A tool that the caller runs, not we. */
export const CallerTool = Type.Object({
  name: Type.String(),
  description: Type.String(),
  parameters: Type.Record(Type.String(), Type.Unknown()),
});
export type CallerTool = Static<typeof CallerTool>;

/** Whether a model may, may not or must call; a name: that one of the caller's tools. */
export const ToolChoice = Type.Union([
  TextEnum(["auto", "none", "required"]),
  Type.Object({ name: Type.String() }),
]);
export type ToolChoice = Static<typeof ToolChoice>;

/** A person's yes to a call that waited for it, and the session in which it was asked for. */
export const ChatYes = Type.Object({
  call: Call,
  confirmation: Confirmation,
  sessionId: Type.String(),
});
export type ChatYes = Static<typeof ChatYes>;

/**
 * A turn of a conversation that its caller keeps and sends whole. Nobody can be asked while it
 * runs, and nobody stands for what it says: every call but a read waits for a yes of its own.
 */
export const ChatTurn = Type.Object({
  messages: Type.Array(ChatMessage),
  tools: Type.Array(CallerTool),
  toolChoice: ToolChoice,
  /** The pool that is to answer; all of the tenant's in their order when it is not said. */
  pool: Type.Optional(Type.String()),
  /** Tokens of an answer. */
  tokensMax: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Fields of the request that go to the model's server as they are. */
  passedOn: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  yes: Type.Optional(ChatYes),
});
export type ChatTurn = Static<typeof ChatTurn>;

/** Who may answer a tenant: a pool, or the adapter of the tenant's own in one. */
export const OfferedModel = Type.Object({
  id: Type.String(),
  pool: Type.String(),
});
export type OfferedModel = Static<typeof OfferedModel>;
