import { Type } from "typebox";

const Message = Type.Object(
  {
    role: Type.Literal("assistant"),
    content: Type.Union([Type.String(), Type.Null()]),
    tool_calls: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Unknown()))),
    executed_tools: Type.Optional(
      Type.Array(Type.Record(Type.String(), Type.Unknown()), {
        description:
          "Calls that Lilux made, with their outputs: {index, id, type, name, arguments, output}.",
      }),
    ),
  },
  { additionalProperties: true },
);

export const ChatAnswer = {
  description: "The answer; with `stream: true` its chunks as server-sent events.",
  content: {
    "application/json": {
      schema: Type.Object(
        {
          id: Type.String(),
          object: Type.Literal("chat.completion"),
          created: Type.Integer(),
          model: Type.String(),
          choices: Type.Array(
            Type.Object({
              index: Type.Integer(),
              message: Message,
              finish_reason: Type.String({
                description: "stop, length, tool_calls or content_filter.",
              }),
            }),
          ),
        },
        { additionalProperties: true },
      ),
    },
    "text/event-stream": {
      schema: Type.String({ description: "`data:` lines of chat.completion.chunk, then [DONE]." }),
    },
  },
};
