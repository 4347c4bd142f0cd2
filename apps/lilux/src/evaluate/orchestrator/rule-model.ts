import { describeCall } from "@lilux/core/calls";
import { confidenceOnEnter } from "@lilux/core/turns";
import { createBuiltInModel, type LanguageModel, type ModelRequest } from "@lilux/orchestrator";

/**
 * A rule from band to behaviour, for comparison: above `act` it makes the router's first call, above
 * `show` it asks whether that is meant, below it says that it does not know. Of results it says
 * what the built-in model says. It reads no line, so that whatever it gets right needs no reading.
 */
export function createRuleModel(): LanguageModel {
  const builtIn = createBuiltInModel();
  return {
    name: "rule",
    capabilities: { ...builtIn.capabilities },
    async *stream(request, signal) {
      if (hasRun(request)) {
        yield* builtIn.stream(request, signal);
        return;
      }
      const { leader, thresholds } = request.router;
      const confidence = leader === undefined ? 0 : confidenceOnEnter(leader);
      const mayCall = request.tools.length > 0 && request.toolChoice !== "none";
      if (leader !== undefined && confidence > thresholds.act && mayCall) {
        const { name, arguments: given } = leader.call;
        yield { type: "tool-call", call: { id: "call_0", name, arguments: JSON.stringify(given) } };
      } else if (leader !== undefined && confidence >= thresholds.show) {
        yield { type: "text", text: `Do you mean \`${describeCall(leader.call)}\`?` };
      } else {
        yield { type: "text", text: "I do not know what you mean." };
      }
    },
    async structured({ router: { leader, thresholds } }) {
      const sure = leader !== undefined && confidenceOnEnter(leader) > thresholds.act;
      return { answer: sure ? "A" : "D" };
    },
  };
}

/** Since the person's line. */
function hasRun({ messages }: ModelRequest): boolean {
  const from = messages.findLastIndex(({ role, ...rest }) => role === "user" && !isNote(rest));
  return messages.slice(from + 1).some(({ role }) => role === "tool");
}

function isNote(message: object): boolean {
  return "isNote" in message && message.isNote === true;
}
