import { useState } from "preact/hooks";
import { firstDirective, isItemName } from "../text/first-directive.ts";
import { useController } from "./terminal-context.ts";

/** What an empty library says: the first item is made here, with the person. */
export function Welcome() {
  const controller = useController();
  const [name, setName] = useState("");
  const [about, setAbout] = useState("");
  const [step, setStep] = useState("");
  const isNamed = isItemName(name.trim());
  const isReady = isNamed && about.trim() !== "" && step.trim() !== "";
  return (
    <form
      class="welcome"
      aria-label="Make the first directive"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) controller.choose(firstDirective({ name, about, step }));
      }}
    >
      <p class="empty-lead">
        This library is empty. A directive is a way to do something that you want done the same way
        each time: write the first one here. It becomes a file under <code>.ai/directives</code>,
        yours to edit.
      </p>
      <WelcomeField
        label="Its name"
        hint="small letters, digits and _"
        value={name}
        isWrong={name !== "" && !isNamed}
        onValue={setName}
        example="write_release_notes"
      />
      <WelcomeField
        label="What it is for"
        hint="this is what lines are compared with"
        value={about}
        onValue={setAbout}
        example="Writes the notes of a release from its commits."
      />
      <WelcomeField
        label="The first thing to do"
        hint="more steps can follow in the file"
        value={step}
        onValue={setStep}
        example="List the commits since the last tag and group them by what they change."
      />
      <button type="submit" class="button" disabled={!isReady}>
        Make it
      </button>
    </form>
  );
}

interface WelcomeFieldProps {
  label: string;
  hint: string;
  value: string;
  example: string;
  isWrong?: boolean;
  onValue(value: string): void;
}

function WelcomeField({
  label,
  hint,
  value,
  example,
  isWrong = false,
  onValue,
}: WelcomeFieldProps) {
  return (
    <label>
      <span>
        {label} <span class="quiet">{hint}</span>
      </span>
      <input
        value={value}
        placeholder={example}
        dir="auto"
        aria-invalid={isWrong}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
    </label>
  );
}
