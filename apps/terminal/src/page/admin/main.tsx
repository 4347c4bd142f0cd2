import { render } from "preact";
import { createReviewDoor } from "../review/review-door.ts";
import { ReviewPage } from "../review/review-page.tsx";
import { type AdminDoor, createAdminDoor, type Me } from "./admin-door.ts";
import { AdminPage } from "./admin-page.tsx";
import { messageOf } from "./use-loaded.ts";

export interface AdminOpening {
  root: HTMLElement;
  apiKey: string | null;
  onQuit(): void;
}

/** The administration, for whoever may administer; anybody else is told why not. */
export async function openAdmin({ root, apiKey, onQuit }: AdminOpening): Promise<void> {
  document.title = "Administration · Kiwi Terminal";
  const door = createAdminDoor(apiKey);
  const refusal = await enter(door).then(
    (me) => {
      render(<AdminPage door={door} me={me} onQuit={onQuit} />, root);
    },
    (thrown: unknown) => messageOf(thrown),
  );
  if (refusal === undefined) return;
  render(
    <main class="admin">
      <h1>Administration</h1>
      <p role="alert">{refusal}</p>
      <button type="button" class="button" onClick={onQuit}>
        Back to the terminal
      </button>
    </main>,
    root,
  );
}

/** Labels of the flywheel, for whoever administers a tenant. */
export function openReview({ root, apiKey, onQuit }: AdminOpening): void {
  document.title = "Review labels · Kiwi Terminal";
  render(<ReviewPage door={createReviewDoor(apiKey)} onQuit={onQuit} />, root);
}

/** Rejects where there is nothing to administer with this key, or at this server. */
async function enter(door: AdminDoor): Promise<Me> {
  const me = await door.me();
  if (me.verbs.includes("operate")) await door.tenants();
  else if (me.verbs.includes("admin")) await door.tenant(me.tenant);
  else throw new Error("This key administers nothing. Ask an admin of your tenant.");
  return me;
}
