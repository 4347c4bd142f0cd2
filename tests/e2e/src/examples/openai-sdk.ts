// What docs/openai.md shows; openai-sdk.test.ts runs it.
// #region answer
import OpenAI from "openai";

/** One line, one answer. The address: http://localhost:8080/v1 */
export async function answerOf(baseURL: string, line: string): Promise<string | null | undefined> {
  const client = new OpenAI({ baseURL, apiKey: "the key of your tenant" });
  const answer = await client.chat.completions.create({
    model: "lilux",
    messages: [{ role: "user", content: line }],
  });
  return answer.choices[0]?.message.content;
}
// #endregion

// #region decide
/** Which call a line means: "execute(script wipe_logs, run)", with how sure that is. */
export async function decide(client: OpenAI, line: string) {
  const { answers } = await client.decisions.create({
    model: "lilux-router",
    input: line,
    questions: [{ type: "choice", name: "call", instructions: "", choices: [] }],
  });
  return answers[0];
}
// #endregion
