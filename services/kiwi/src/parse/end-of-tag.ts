/** Just past the `>` that ends a tag, not one inside a quoted value; undefined when there is none. */
export function endOfTag(text: string, from: number): number | undefined {
  let quote = "";
  for (let index = from; index < text.length; index += 1) {
    const character = text[index] ?? "";
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if (character === ">") {
      return index + 1;
    }
  }
  return undefined;
}
