import type { ModelEvent } from "../language-model.ts";

/** What it was trained to say in its own words. */
const SENTENCES_MAX = 3;
/** With the space before it, as soon as the space behind it has come. */
const WHOLE = /^\s*\S.*?[.!?…]["'”’)\]]*(?=\s)/su;

/**
 * The words of a very small model, sentence by sentence: it is stopped at the first that it has said
 * before, and after three, since it seldom comes to an end by itself. Calls pass as they are.
 */
export async function* fewSentences(events: AsyncIterable<ModelEvent>): AsyncGenerator<ModelEvent> {
  const said = new Set<string>();
  let rest = "";

  const isNew = (sentence: string): boolean => {
    const known = said.size;
    said.add(sentence.trim().toLowerCase());
    return said.size > known && said.size <= SENTENCES_MAX;
  };

  for await (const event of events) {
    if (event.type !== "text") {
      yield event;
      continue;
    }
    rest += event.text;
    for (let whole = WHOLE.exec(rest); whole !== null; whole = WHOLE.exec(rest)) {
      const [text] = whole;
      if (!isNew(text)) return;
      yield { type: "text", text };
      rest = rest.slice(text.length);
    }
  }
  if (rest.trim() !== "" && isNew(rest)) yield { type: "text", text: rest.trimEnd() };
}
