import type { ReviewRow } from "@lilux/protocol";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { callText } from "../text/call-parts.ts";
import { choicesOf } from "./review-state.ts";

export interface CallChoicesProps {
  row: ReviewRow;
  isWriting: boolean;
  onWritten(text: string): void;
}

/** Which call was meant: one of those at hand, or one that is written. */
export function CallChoices({ row, isWriting, onWritten }: CallChoicesProps) {
  const choices = choicesOf(row);
  return (
    <section class="review-choices" aria-label="Which call was meant">
      <h2>Which call was meant?</h2>
      {choices.length > 0 && (
        <ol>
          {choices.map((call, place) => (
            <li key={callText(call)}>
              <kbd>{place + 1}</kbd> {callText(call)}
            </li>
          ))}
        </ol>
      )}
      {isWriting && <WrittenCall onWritten={onWritten} />}
    </section>
  );
}

function WrittenCall({ onWritten }: Pick<CallChoicesProps, "onWritten">) {
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onWritten(text);
      }}
    >
      <label for="meant">
        search &lt;type&gt; &lt;words&gt;, load &lt;type&gt; &lt;id&gt; or run &lt;type&gt;
        &lt;id&gt;
      </label>
      <input
        id="meant"
        ref={field}
        class="key-input"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}
