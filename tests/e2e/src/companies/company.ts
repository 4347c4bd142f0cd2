import { randomBytes } from "node:crypto";
import { join } from "node:path";
import {
  createGitOrigin,
  type GitOrigin,
  type IdentityProvider,
  startIdentityProvider,
} from "@lilux/testkit/companies";

/** A company as it is without Lilux: people with roles at its identity provider, and a repository. */
export interface Company {
  name: string;
  /** Its items by id, with their words. Each holds the canary. */
  items: Readonly<Record<string, string>>;
  /** In everything that is its own. */
  canary: string;
  origin: GitOrigin;
  provider: IdentityProvider;
  /** Opens its repository, and no other's. */
  repositoryToken: string;
  /** What somebody of it shows who signs in now. */
  token(sub: string, role: string): Promise<string>;
}

export async function foundCompany(
  root: string,
  { name, items }: Pick<Company, "name" | "items">,
): Promise<Company> {
  const origin = await createGitOrigin(join(root, name));
  const canary = `canary${name}zq`;
  const files = Object.entries(items).map(([id, says]) => [
    `.ai/scripts/${id}.py`,
    script(`${says} (${canary})`),
  ]);
  await origin.push(Object.fromEntries(files));
  const provider = await startIdentityProvider();
  return {
    name,
    items,
    canary,
    origin,
    provider,
    repositoryToken: randomBytes(16).toString("hex"),
    token: (sub, role) => provider.token({ sub, name: `${sub} of ${name}`, role }),
  };
}

/** A script that reads nothing and prints whose it is. */
export function script(says: string): string {
  return `"""${says}."""\nimport json\n\n__version__ = "1.0.0"\n__effect__ = "read"\n\nprint(json.dumps({"says": "${says}"}))\n`;
}
