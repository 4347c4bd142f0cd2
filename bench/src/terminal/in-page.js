// What the replay adds to the page it measures: it looks, and changes nothing.
// A classic script for the browser, so it stands outside the workspace's types.

/** A call as the page writes it, in a few words: `run script date_diff`. */
function named(text) {
  const run = /execute\((\w+) ([^,)]+), (\w+)/.exec(text);
  if (run !== null) return `${run[3]} ${run[1]} ${run[2].split("/").at(-1)}`;
  const load = /load\((\w+) ([^,)]+)/.exec(text);
  if (load !== null) return `load ${load[1]} ${load[2].split("/").at(-1)}`;
  const search = /search\((\w+)/.exec(text);
  return search === null ? text : `search ${search[1]}`;
}

function callOf(row) {
  const text = row?.querySelector(".call")?.textContent ?? null;
  return text === null ? null : named(text);
}

const LIVE = ".suggestion:not(.is-held)";

function readScreen() {
  const closest = callOf(document.querySelector(".closest"));
  const offers = [...document.querySelectorAll("[data-offer]")];
  const harmless = offers.map((offer) => offer.getAttribute("data-offer"));
  return {
    live: callOf(document.querySelector(LIVE)),
    dimmed: callOf(document.querySelector(".suggestion.is-held")),
    harmless: closest === null ? harmless : [...harmless, closest],
  };
}

const watched = { paintMs: [], disappearances: 0, leaderLost: 0 };
let keyAt;
let before = { any: false, leader: false };

function forget() {
  Object.assign(watched, { paintMs: [], disappearances: 0, leaderLost: 0 });
  before = { any: false, leader: false };
}

function look() {
  const now = {
    any: document.querySelector(".suggestions") !== null,
    leader: document.querySelector(".suggestion") !== null,
  };
  if ((document.querySelector("#line")?.value ?? "") !== "") {
    if (before.any && !now.any) watched.disappearances += 1;
    if (before.leader && !now.leader) watched.leaderLost += 1;
  }
  before = now;
  if (keyAt === undefined) return;
  const at = keyAt;
  keyAt = undefined;
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => watched.paintMs.push(performance.now() - at);
    port2.postMessage(null);
  });
}

function watch() {
  const onInput = (event) => {
    keyAt = event.timeStamp;
  };
  document.addEventListener("input", onInput, true);
  new MutationObserver(look).observe(document.querySelector(".composer"), {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["class", "data-offer"],
  });
}

window.replay = { readScreen, watch, forget, watched: () => watched };
