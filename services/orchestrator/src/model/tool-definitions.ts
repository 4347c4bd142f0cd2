import { ExecuteArguments, LoadArguments, SearchArguments, TextEnum } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import type { ToolDefinition } from "./language-model.ts";

/** The three primitives, from the protocol's own schemas. */
export const PRIMITIVE_TOOLS: readonly ToolDefinition[] = [
  {
    name: "search",
    description: "Find directives, scripts or knowledge by words.",
    parameters: SearchArguments,
  },
  {
    name: "load",
    description: "Show one item: inputs, steps, permissions, content.",
    parameters: LoadArguments,
  },
  {
    name: "execute",
    description:
      "Run one item with its inputs in `parameters`, or create, update, delete or publish one.",
    parameters: ExecuteArguments,
  },
];

export const MarkStep = Type.Object(
  {
    step: Type.Integer({ minimum: 1, description: "The step's number." }),
    state: TextEnum(["running", "done", "failed", "skipped"]),
  },
  { additionalProperties: false },
);
export type MarkStep = Static<typeof MarkStep>;

/** Offered only while a directive is followed. */
export const MARK_STEP_TOOL: ToolDefinition = {
  name: "mark_step",
  description: "Tell the person how far the plan is.",
  parameters: MarkStep,
};
