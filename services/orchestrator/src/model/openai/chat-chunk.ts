import { createParser } from "@lilux/protocol";
import { Type } from "typebox";

const nullable = <T extends Parameters<typeof Type.Optional>[0]>(schema: T) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

/** What is read of a streamed chunk. Servers add much else. */
const ChatChunk = Type.Object({
  choices: Type.Optional(
    Type.Array(
      Type.Object({
        delta: Type.Optional(
          Type.Object({
            content: nullable(Type.String()),
            tool_calls: nullable(
              Type.Array(
                Type.Object({
                  index: Type.Optional(Type.Integer()),
                  id: nullable(Type.String()),
                  function: Type.Optional(
                    Type.Object({
                      name: nullable(Type.String()),
                      arguments: Type.Optional(Type.Unknown()),
                    }),
                  ),
                }),
              ),
            ),
          }),
        ),
      }),
    ),
  ),
  usage: nullable(
    Type.Object({ prompt_tokens: Type.Integer(), completion_tokens: Type.Integer() }),
  ),
});

export const chatChunk = createParser(ChatChunk, "language model chunk", "llm_rejected");
