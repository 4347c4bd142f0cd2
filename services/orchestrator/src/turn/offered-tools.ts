import { grantedPrimitives } from "@lilux/core/permissions";
import type { ToolDefinition } from "../model/language-model.ts";
import { MARK_STEP_TOOL, PRIMITIVE_TOOLS } from "../model/tool-definitions.ts";
import type { Plan } from "./plan.ts";

/**
 * What a model may use now: everything, or while it follows a directive only the
 * primitives of which its grants permit some call. Which calls those are, the
 * tool core decides; a model may ask for anything.
 */
export function offeredTools(plan: Plan): readonly ToolDefinition[] {
  const grants = plan.grants();
  if (grants === undefined) return PRIMITIVE_TOOLS;
  const granted: ReadonlySet<string> = grantedPrimitives(grants);
  const tools = PRIMITIVE_TOOLS.filter(({ name }) => granted.has(name));
  return plan.depth() === 0 ? tools : [...tools, MARK_STEP_TOOL];
}
