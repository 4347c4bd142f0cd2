import { useEffect, useRef, useState } from "preact/hooks";

export interface SignInProps {
  /** Whether a key was tried and refused. */
  refused: boolean;
  onKey(key: string): void;
}

/** Asks for an API key where the server wants one. */
export function SignIn({ refused, onKey }: SignInProps) {
  const [key, setKey] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <main class="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim() !== "") onKey(key.trim());
        }}
      >
        <h1>Kiwi Terminal</h1>
        <label for="key">This server asks for an API key.</label>
        <input
          id="key"
          ref={field}
          class="key-input"
          type="password"
          autocomplete="current-password"
          value={key}
          aria-invalid={refused}
          aria-describedby="key-note"
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <p id="key-note" class={refused ? "error-text" : "quiet"}>
          {refused
            ? "That key was refused. Check it with whoever runs this server."
            : "It is kept in this tab only, and sent to this server only."}
        </p>
        <button type="submit" class="button button-main">
          Connect
        </button>
      </form>
    </main>
  );
}
