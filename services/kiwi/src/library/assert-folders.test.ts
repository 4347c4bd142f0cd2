import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, test } from "vitest";
import { errorOf, startKiwi } from "../testing/start-kiwi.ts";

// Mutant: leave `assertFolders` out of the start, and it is ready with an empty library.
test("a project or a tenant root that is named and no folder is told at the start", async () => {
  const folder = await temporaryDirectory();
  await writeFile(join(folder.path, "file"), "");
  for (const name of ["missing", "file"]) {
    const path = join(folder.path, name);
    const asProject = await errorOf(startKiwi({}, { project: path }));
    expect(asProject).toMatchObject({ code: "config_invalid" });
    expect(asProject.message).toContain(`LILUX_PROJECT names ${path}`);
    const asRoot = await errorOf(startKiwi({}, { tenantRoot: path }));
    expect(asRoot.message).toContain(`LILUX_TENANT_ROOT names ${path}`);
  }
  await folder.remove();
});
