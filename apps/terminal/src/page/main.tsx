import { createLiluxClient } from "@lilux/client";
import { render } from "preact";
import { isKnown, isWelcome, rememberedKey, rememberKey } from "./session/api-key.ts";
import { createController } from "./session/controller.ts";
import { keepAcceptKey, keptAcceptKey } from "./session/keep-accept-key.ts";
import { createKeptLines } from "./session/keep-lines.ts";
import { createSessionKeeper } from "./session/keep-session.ts";
import { isReload, keepWhatWasDone, ownerOf, storageOf } from "./session/keep-what-was-done.ts";
import { createKeystrokeClock } from "./session/keystroke-clock.ts";
import { createLibraryList } from "./session/list-library.ts";
import { listen } from "./session/listen.ts";
import { loadItem } from "./session/load-item.ts";
import { createStore } from "./state/store.ts";
import { App } from "./view/app.tsx";
import { SignIn } from "./view/sign-in.tsx";
import { TRANSCRIPT_ID } from "./view/transcript.tsx";

const root = document.getElementById("root");
const REVIEW = "#review";
const ADMIN = "#admin";
// To and from these only: a text may have links to its own headings.
addEventListener("hashchange", ({ oldURL, newURL }) => {
  if ([oldURL, newURL].some((url) => [REVIEW, ADMIN].includes(new URL(url).hash)))
    location.reload();
});
if (root !== null) void open(root, rememberedKey(), false);

async function open(root: HTMLElement, key: string | null, tried: boolean): Promise<void> {
  if (location.hash === ADMIN && (await isKnown(key))) return administer(root, key);
  if (location.hash !== ADMIN && (await isWelcome(key))) {
    return location.hash === REVIEW ? administer(root, key) : start(root, key);
  }
  render(
    <SignIn
      refused={tried}
      onKey={(given) => {
        rememberKey(given);
        void open(root, given, true);
      }}
    />,
    root,
  );
}

/** What only admins need comes when one asks for it: the administration, and labels of the flywheel. */
async function administer(root: HTMLElement, apiKey: string | null): Promise<void> {
  const { admin = "", adminCss = "" } = root.dataset;
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = adminCss;
  document.head.append(style);
  const url = new URL(admin, document.baseURI).href;
  const { openAdmin, openReview } = (await import(url)) as typeof import("./admin/main.tsx");
  const opened = { root: emptied(root), apiKey, onQuit: leaveForTerminal };
  if (location.hash === ADMIN) await openAdmin(opened);
  else openReview(opened);
}

/**
 * An element in the root's place that nothing was rendered into. What is imported renders with a Preact of
 * its own, which takes what another one left there for its own, and then shows nothing new.
 */
function emptied(root: HTMLElement): HTMLElement {
  render(null, root);
  const next = root.cloneNode(false) as HTMLElement;
  root.replaceWith(next);
  return next;
}

function leaveForTerminal(): void {
  location.hash = "";
}

function start(root: HTMLElement, apiKey: string | null): void {
  const owner = ownerOf(apiKey);
  const lines = createKeptLines(storageOf("localStorage"), owner);
  const keeper = createSessionKeeper(storageOf("sessionStorage"), owner);
  // Another tab that was made from this one begins a session of its own.
  const kept = isReload() ? keeper.read() : null;
  const store = createStore({
    contextOpen: matchMedia("(min-width: 1081px)").matches,
    inputs: lines.read(Date.now()),
    turns: kept?.turns ?? [],
    acceptKey: keptAcceptKey(storageOf("localStorage")),
  });
  const clock = createKeystrokeClock(() => performance.now());
  const client = createLiluxClient({
    url: location.origin,
    apiKey: apiKey ?? undefined,
    resume: kept?.resume,
    padded: new URLSearchParams(location.search).has("padded"),
  });
  const controller = createController({
    client,
    store,
    clock,
    load: ({ item_type, qualified_id, source }) =>
      loadItem({ item_type, item_id: qualified_id, source }, apiKey),
    listLibrary: createLibraryList(apiKey),
    keepAcceptKey: (key) => keepAcceptKey(storageOf("localStorage"), key),
    now: () => Date.now(),
    newId: () => crypto.randomUUID(),
    showNewest: () => document.getElementById(TRANSCRIPT_ID)?.scrollTo({ top: 0 }),
  });
  listen({ client, store, clock });
  keepWhatWasDone({ client, store, lines, keeper });
  render(<App store={store} controller={controller} scroll={scrollTranscript} />, root);
}

function scrollTranscript(pages: number): void {
  const transcript = document.getElementById(TRANSCRIPT_ID);
  transcript?.scrollBy({ top: pages * transcript.clientHeight * 0.85 });
}
