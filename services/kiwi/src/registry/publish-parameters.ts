import type { VersionFacts } from "@lilux/database";
import { createParser, LiluxError, NamespaceName, TextEnum } from "@lilux/protocol";
import semver from "semver";
import parseLicense from "spdx-expression-parse";
import { type Static, Type } from "typebox";

const Visibility = TextEnum(["private", "unlisted", "public"]);
const Version = Type.String({ minLength: 1, maxLength: 64 });

const Parameters = Type.Object(
  {
    version: Type.Optional(Version),
    changelog: Type.Optional(Type.String({ maxLength: 4_000 })),
    visibility: Type.Optional(Visibility),
    new_key: Type.Optional(Type.Boolean()),
    namespace: Type.Optional(NamespaceName),
    license: Type.Optional(Type.String({ maxLength: 256, pattern: "^[A-Za-z0-9.+:() -]+$" })),
    repository: Type.Optional(Type.String({ maxLength: 512, pattern: "^https://[!-?A-~]+$" })),
    commit: Type.Optional(Type.String({ pattern: "^[0-9a-f]{7,64}$" })),
    built_by: Type.Optional(Type.String({ maxLength: 200, pattern: "^[^\\p{Cc}]+$" })),
    yank: Type.Optional(Version),
    unyank: Type.Optional(Version),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
    set_visibility: Type.Optional(Visibility),
  },
  { additionalProperties: false },
);
type Parameters = Static<typeof Parameters>;

/** What a publish is asked to do. */
export type PublishWish =
  | {
      kind: "publish";
      version: string | undefined;
      changelog: string;
      visibility: Static<typeof Visibility> | undefined;
      newKey: boolean;
      /** Undefined: the tenant's own name. */
      namespace: string | undefined;
      facts: VersionFacts;
    }
  | { kind: "yank"; version: string; reason: string | null }
  | { kind: "set_visibility"; visibility: Static<typeof Visibility> };

const parser = createParser(Parameters, "publish parameters", "invalid_inputs");

/** Fields that make a publish something else; at most one of them, and alone. */
const OTHERS = ["yank", "unyank", "set_visibility"] as const;

/** Reads the `parameters` of a publish. Throws `invalid_inputs` naming the field. */
export function readPublishParameters(given: unknown): PublishWish {
  const parameters = parser.parse(given ?? {});
  for (const field of ["changelog", "reason"] as const) {
    // No database takes one, and nobody means one.
    if (parameters[field]?.includes("\0") === true) throw invalid(field, "holds a zero byte");
  }
  const other = OTHERS.find((name) => parameters[name] !== undefined);
  if (other === undefined) return publishWish(parameters);
  const alone = other === "yank" ? ["yank", "reason"] : [other];
  const extra = Object.keys(parameters).find((name) => !alone.includes(name));
  if (extra !== undefined) throw invalid(extra, `goes not together with ${other}. Leave it out`);
  const { yank, unyank, reason, set_visibility } = parameters;
  if (set_visibility !== undefined) return { kind: "set_visibility", visibility: set_visibility };
  if (unyank !== undefined) return { kind: "yank", version: exact("unyank", unyank), reason: null };
  return { kind: "yank", version: exact("yank", yank ?? ""), reason: reason ?? "" };
}

function publishWish(parameters: Parameters): PublishWish {
  const { version, changelog, visibility, new_key, reason, namespace } = parameters;
  const { license, repository, commit, built_by } = parameters;
  if (reason !== undefined) throw invalid("reason", "only goes with yank. Leave it out");
  return {
    kind: "publish",
    version: version === undefined ? undefined : exact("version", version),
    changelog: changelog ?? "",
    visibility,
    newKey: new_key ?? false,
    namespace,
    facts: {
      license: license === undefined ? null : licenseOf(license),
      sourceRepository: repository ?? null,
      sourceCommit: commit ?? null,
      builtBy: built_by ?? null,
    },
  };
}

/** As SPDX writes it. */
function licenseOf(text: string): string {
  try {
    parseLicense(text);
    return text;
  } catch {
    throw invalid(
      "license",
      "must be an SPDX expression such as Apache-2.0, MIT OR BSD-3-Clause, or LicenseRef-Acme",
    );
  }
}

/** A whole version, written the one canonical way: equal versions must be equal texts. */
export function exact(field: string, version: string): string {
  if (semver.valid(version) === version) return version;
  throw invalid(field, `must be a version such as 1.2.0 or 2.0.0-beta.1, without build metadata`);
}

function invalid(field: string, problem: string): LiluxError {
  return new LiluxError("invalid_inputs", {
    message: `publish parameters: ${field} ${problem}.`,
    details: { field },
  });
}
