import { useEffect, useRef } from "preact/hooks";

/** What each physical key writes by itself, by its code. */
export type KeyboardLayout = ReadonlyMap<string, string>;

/** The part of Chromium's `navigator.keyboard` that is used; other browsers have none. */
interface Keyboard {
  getLayoutMap(): Promise<KeyboardLayout>;
}

/** The person's layout where the browser tells it, read again whenever the window comes back. */
export function useKeyboardLayout(): { current: KeyboardLayout | null } {
  const layout = useRef<KeyboardLayout | null>(null);
  useEffect(() => {
    const keyboard: unknown = Reflect.get(navigator, "keyboard");
    if (!isKeyboard(keyboard)) return;
    const read = (): void => {
      keyboard.getLayoutMap().then(
        (map) => {
          layout.current = map;
        },
        // Not allowed in a frame of another page: then it stays unknown.
        () => undefined,
      );
    };
    read();
    window.addEventListener("focus", read);
    return () => window.removeEventListener("focus", read);
  }, []);
  return layout;
}

function isKeyboard(value: unknown): value is Keyboard {
  return typeof value === "object" && value !== null && "getLayoutMap" in value;
}
