import { WRITTEN_DECISION_NAME, WrittenDecision } from "../lettered-question.ts";
import { PRIMITIVE_TOOLS } from "../tool-definitions.ts";
import type { ModelServer } from "./model-server.ts";
import { type Asking, PLAIN_ASKING, structuredBody } from "./request-body.ts";
import type { ServerKnowledge } from "./server-knowledge.ts";
import { refusalTo } from "./try-forms.ts";

/** The form that doubtful calls are asked about in: its grammar is warm afterwards, whose first use takes seconds. */
const FORM = { name: WRITTEN_DECISION_NAME, schema: WrittenDecision };

/**
 * Whether a server answers in a form that it is given, and takes tools that are
 * not to be called in the same request: then doubtful calls are asked about with
 * a prompt that begins as all others do.
 */
export async function tryAnswerForm(
  server: ModelServer,
  model: string,
  signal: AbortSignal,
): Promise<Pick<ServerKnowledge, "forms" | "toolsWithForm">> {
  const { tools, strictTools } = server.knowledge;
  const refusal = (withTools: boolean): Promise<string | undefined> => {
    const asking: Asking = {
      ...PLAIN_ASKING,
      model,
      messages: [
        { role: "user", content: 'Is water A) wet or B) dry? Write it as JSON: {"answer": "…"}.' },
      ],
      tools: withTools ? PRIMITIVE_TOOLS : [],
      strictTools,
      toolChoice: "none",
    };
    return refusalTo(server, structuredBody(asking, FORM), signal);
  };
  // What a server refuses by name is left out from then on, and is no form of the answer.
  const isSent = (): boolean => "response_format" in server.dialect.spell({ response_format: {} });
  const toolsWithForm = tools && (await refusal(true)) === undefined && isSent();
  if (toolsWithForm) return { forms: true, toolsWithForm };
  return { forms: (await refusal(false)) === undefined && isSent(), toolsWithForm };
}
