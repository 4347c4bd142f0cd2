import { LiluxError } from "@lilux/protocol";
import { hashText } from "../library/read-item-file.ts";
import type { SignedVersion } from "../library/signed-version.ts";
import { isSignedBy, keyIdOf } from "./ed25519.ts";
import { statementBytes } from "./statement.ts";

/**
 * Whether content is what somebody signed, and answers the id of the key. Whose
 * key it is, is the pins' question. Throws `content_unsigned`, `content_tampered`.
 */
export function verifyVersion(stored: SignedVersion): string {
  const { keyId, publicKey, signature } = stored;
  if (keyId === null || signature === null) {
    throw new LiluxError("content_unsigned", {
      message: `${nameOf(stored)} has no signature, so it was neither shown nor run. Tell its publisher; another version may be sound.`,
      details: { version: stored.version },
    });
  }
  if (hashText(stored.content) !== stored.sha256)
    throw tampered(stored, "its text does not match its hash");
  if (publicKey === null || keyIdOf(publicKey) !== keyId) {
    throw tampered(stored, "the key it names is not the one that is registered");
  }
  if (!isSignedBy(publicKey, statementBytes(stored), signature)) {
    throw tampered(stored, "its signature is not over this content");
  }
  return keyId;
}

export function tampered(
  stored: Pick<SignedVersion, "namespace" | "qualifiedId" | "version">,
  why: string,
): LiluxError {
  return new LiluxError("content_tampered", {
    message: `${nameOf(stored)} is not what its publisher signed: ${why}. It was neither shown nor run. Tell its publisher; another version may be sound.`,
    details: { version: stored.version, why },
  });
}

function nameOf({
  namespace,
  qualifiedId,
  version,
}: Pick<SignedVersion, "namespace" | "qualifiedId" | "version">): string {
  return `@${namespace}/${qualifiedId}@${version}`;
}
