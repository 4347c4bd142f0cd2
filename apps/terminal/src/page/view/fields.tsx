import { useRef } from "preact/hooks";
import { type CallField, fieldsOf, leadingRun } from "../state/call-fields.ts";
import type { TerminalState } from "../state/terminal-state.ts";
import { LINE_ID } from "./line-id.ts";
import { useController } from "./terminal-context.ts";

const FIELDS_ID = "fields";

const WORDS = {
  typed: "from the line",
  inferred: "concluded from the line",
  default: "default",
  missing: "needed",
} as const;

/** Puts the focus where something is needed, else into the first field. */
export function focusFields(): void {
  const fields = document.getElementById(FIELDS_ID);
  const first =
    fields?.querySelector<HTMLInputElement>("[data-needed]") ?? fields?.querySelector("input");
  first?.focus();
  first?.select();
}

/**
 * The inputs of the leading call as fields, filled with what the line says. Tab goes from one to the
 * next, Enter runs, Esc goes back to the line.
 */
export function Fields({ state }: { state: TerminalState }) {
  const controller = useController();
  const form = useRef<HTMLFormElement>(null);
  const fields = fieldsOf(state);
  const call = leadingRun(state)?.call;
  if (fields.length === 0 || call?.name !== "execute") return null;
  return (
    <form
      id={FIELDS_ID}
      ref={form}
      class="fields"
      aria-label={`Inputs of ${call.arguments.item_id}`}
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (form.current === null) return;
        if (controller.runFilled(textsOf(form.current))) document.getElementById(LINE_ID)?.focus();
        else focusFields();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        document.getElementById(LINE_ID)?.focus();
      }}
    >
      {fields.map((field) => (
        <Field key={`${state.prediction?.seq} ${field.name}`} field={field} />
      ))}
      <button type="submit" class="quiet-button">
        Run <kbd>Enter</kbd>
      </button>
      <span class="fields-way quiet" aria-hidden="true">
        <kbd>→</kbd> changes them
      </span>
    </form>
  );
}

function Field({ field: { name, origin, text } }: { field: CallField }) {
  return (
    <label class={`field field-${origin}`}>
      <span class="field-name">{name}</span>
      <input
        class="field-value"
        name={name}
        defaultValue={text}
        dir="auto"
        aria-required={origin === "missing"}
        aria-label={`${name}, ${WORDS[origin]}`}
        placeholder={text === "" ? WORDS[origin] : ""}
        title={WORDS[origin]}
        data-needed={origin === "missing" ? "" : undefined}
        size={Math.min(28, Math.max(8, text.length + 1))}
        spellcheck={false}
      />
    </label>
  );
}

function textsOf(form: HTMLFormElement): Map<string, string> {
  const inputs = form.querySelectorAll<HTMLInputElement>("input");
  return new Map([...inputs].map(({ name, value }) => [name, value]));
}
