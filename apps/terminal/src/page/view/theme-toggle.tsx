import { useState } from "preact/hooks";
import { applyTheme, currentTheme, rememberTheme } from "../theme/theme.ts";

/** Light or dark; the system's choice until this is pressed. */
export function ThemeToggle() {
  const [theme, setTheme] = useState(currentTheme());
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Switch to the ${other} theme`}
      title={`Switch to the ${other} theme`}
      onClick={() => {
        applyTheme(other);
        rememberTheme(other);
        setTheme(other);
      }}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle cx="10" cy="10" r="7" class="stroke" />
        <path d="M10 3a7 7 0 0 1 0 14z" class="fill" />
      </svg>
    </button>
  );
}
