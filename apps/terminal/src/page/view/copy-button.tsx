import { useEffect, useState } from "preact/hooks";

const SAID_MS = 1_500;

/** Copies a text, and says so for a moment. `what` names it for those who cannot see beside what it stands. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [said, setSaid] = useState<"" | "Copied" | "Not copied">("");
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <button
      type="button"
      class="quiet-button"
      aria-label={`Copy ${what}`}
      onClick={() => {
        copy(text).then(
          () => setSaid("Copied"),
          () => setSaid("Not copied"),
        );
      }}
    >
      <span aria-live="polite">{said === "" ? "Copy" : said}</span>
    </button>
  );
}

/** Rejects where the browser does not let a page write there: only https and localhost may. */
async function copy(text: string): Promise<void> {
  const clipboard: unknown = Reflect.get(navigator, "clipboard");
  if (clipboard === undefined) throw new Error("there is no clipboard here");
  await navigator.clipboard.writeText(text);
}
