import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { DEPLOYED, INSTALLATIONS, objectsOf } from "./installations.ts";
import { nameOf } from "./kubernetes-object.ts";
import { renderOverlay } from "./render-overlay.ts";

async function folderOf(files: Record<string, string>): Promise<string> {
  const { path: folder, remove } = await temporaryDirectory();
  onTestFinished(remove);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const ROOM = "apiVersion: v1\nkind: Namespace\nmetadata: { name: room, labels: { a: b } }\n";
const HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

test("patches change what their target names, whole names only, and refuse to miss", async () => {
  const patched = (target: string, step: string): Promise<string> =>
    folderOf({
      "room.yaml": ROOM,
      "kustomization.yaml": `${HEAD}resources: [room.yaml]\npatches:\n  - target: ${target}\n    patch: |-\n      - ${step}\n`,
    });
  const added = "{ op: add, path: /metadata/labels/x~1y, value: z }";
  const [object] = renderOverlay(await patched("{ kind: Namespace, name: hall|room }", added));
  expect(object?.metadata.labels).toEqual({ a: "b", "x/y": "z" });
  const missed = await patched("{ kind: Namespace, name: roo }", added);
  expect(() => renderOverlay(missed)).toThrow("nothing is");
  for (const op of ["replace", "remove"]) {
    const nowhere = `{ op: ${op}, path: /metadata/labels/c, value: z }`;
    const folder = await patched("{ name: room }", nowhere);
    expect(() => renderOverlay(folder)).toThrow("there is no c");
  }
});

test("what kustomize could do and is not known here is refused, not left out", async () => {
  const unknown = await folderOf({
    "room.yaml": ROOM,
    "kustomization.yaml": `${HEAD}resources: [room.yaml]\nnamePrefix: my-\n`,
  });
  expect(() => renderOverlay(unknown)).toThrow("namePrefix");
  const twice = await folderOf({
    "room.yaml": ROOM,
    "again.yaml": ROOM,
    "kustomization.yaml": `${HEAD}resources: [room.yaml, again.yaml]\n`,
  });
  expect(() => renderOverlay(twice)).toThrow("Namespace room");
});

test("the installations that are tested have every folder of deploy/k8s in them", () => {
  const named = ["base", "overlays", "components", ...INSTALLATIONS.flat()].join("\n");
  const used = INSTALLATIONS.flat().map((folder) =>
    readFileSync(join(DEPLOYED, folder, "kustomization.yaml"), "utf8"),
  );
  const text = [named, ...used].join("\n");
  const folders = ["overlays", "components"].flatMap((kind) =>
    readdirSync(join(DEPLOYED, kind)).map((name) => `${kind}/${name}`),
  );
  expect(folders.filter((folder) => !text.includes(folder))).toEqual([]);
});

test("an image is named by the overlay, in containers that start first, too", () => {
  const images = (objects: ReturnType<typeof objectsOf>): string[] =>
    objects.flatMap((object) => JSON.stringify(object).match(/"image":"[^"]*lilux[^"]*"/g) ?? []);
  expect(new Set(images(objectsOf(["overlays/demo"])))).toEqual(new Set(['"image":"lilux:local"']));
  const production = objectsOf(["overlays/production"]);
  expect(images(production).every((image) => /lilux@sha256:[0-9a-f]{64}"$/.test(image))).toBe(true);
  expect(production.map(nameOf)).toContain("Deployment lilux-sandbox/kiwi");
});
