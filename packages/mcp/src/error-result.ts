import { ERRORS, type ErrorBody, type ErrorCode, type LiluxError } from "@lilux/protocol";
import type { CallToolResult } from "@modelcontextprotocol/server";

/** Where a failed result carries its error for programs. */
export const ERROR_META_KEY = "lilux/error";

export interface ToolError extends ErrorBody {
  nextStep: string;
}

/**
 * A failure of the tool as a result that the model can read and act on. The
 * typed error is in `_meta`, not in `structuredContent`: that must fit the
 * tool's output schema, and some clients check it for failures too.
 */
export function errorResult(error: LiluxError): CallToolResult {
  const body: ToolError = { ...error.toBody(), nextStep: nextStepOf(error) };
  const details = body.details === undefined ? "" : `\ndetails: ${JSON.stringify(body.details)}`;
  return {
    isError: true,
    content: [
      {
        type: "text",
        text: `${body.code}: ${body.message}\nNext step: ${body.nextStep}${details}`,
      },
    ],
    _meta: { [ERROR_META_KEY]: body },
  };
}

const NEXT_STEPS: Partial<Record<ErrorCode, string>> = {
  invalid_request: "Correct the named field and call again.",
  invalid_inputs: "Load the item to see its inputs, correct the named one and call again.",
  item_not_found: "Search for the item and use a qualified_id from the results.",
  item_ambiguous: "Call again with one of the qualified ids in details.",
  item_broken: "Tell the person which file must be mended; details say where.",
  permission_denied: "Do without this call, or ask the person to grant it in the directive.",
  confirm_required:
    "Tell the person what would run and let them run it in the Lilux terminal or with the lilux command. Do not try again yourself.",
  confirm_declined: "The person said no. Do not try again unless they ask for it.",
  approval_pending:
    "Somebody else of the tenant has to say yes. Send the same call with the same callId again later.",
  second_person_required: "Tell the person that somebody else of the tenant has to approve it.",
  approval_over: "List what waits again; this one needs no answer any more.",
  script_failed: "Read the message and the logs, correct the parameters or the script, run again.",
  deadline_exceeded: "It took too long. Try with less work, or tell the person.",
  cancelled: "It was cancelled. Call again only if it is still wanted.",
};

function nextStepOf({ code }: LiluxError): string {
  const known = NEXT_STEPS[code];
  if (known !== undefined) return known;
  return ERRORS[code].retryable
    ? "Wait a moment and call again with the same arguments and callId."
    : "Tell the person; the same call would fail again.";
}
