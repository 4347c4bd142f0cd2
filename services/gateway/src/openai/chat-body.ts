import { type Static, Type } from "typebox";

const Any = Type.Record(Type.String(), Type.Unknown());

/** `POST /v1/chat/completions`. Fields that are not named here are passed over. */
export const ChatBody = Type.Object({
  model: Type.String({ description: "One of GET /v1/models; `lilux` takes what is configured." }),
  messages: Type.Array(Any, {
    description: "The whole conversation, in OpenAI's form. Text only.",
  }),
  stream: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  stream_options: Type.Optional(Type.Union([Any, Type.Null()])),
  tools: Type.Optional(
    Type.Union([Type.Array(Any), Type.Null()], {
      description: "Tools that the caller runs. They stand beside search, load and execute.",
    }),
  ),
  tool_choice: Type.Optional(Type.Unknown()),
  parallel_tool_calls: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  max_tokens: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
  max_completion_tokens: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
  n: Type.Optional(Type.Union([Type.Integer(), Type.Null()], { description: "1 only." })),
  response_format: Type.Optional(Type.Union([Any, Type.Null()])),
});
export type ChatBody = Static<typeof ChatBody>;
