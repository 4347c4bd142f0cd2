import {
  createHash,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from "node:crypto";

/** The public part of a key pair, as the 32 bytes that RFC 8032 defines, in base64. */
export function publicKeyText(privateKey: KeyObject): string {
  return createPublicKey(privateKey)
    .export({ format: "der", type: "spki" })
    .subarray(-32)
    .toString("base64");
}

/** Its fingerprint: every key has one, and no two have the same. */
export function keyIdOf(publicKey: string): string {
  const digest = createHash("sha256").update(Buffer.from(publicKey, "base64")).digest("base64url");
  return `ed25519:${digest}`;
}

/** The signature in base64. */
export function signWith(privateKey: KeyObject, bytes: Uint8Array): string {
  return signBytes(null, bytes, privateKey).toString("base64");
}

/** Whether the signature is that key's over these bytes. What cannot be read is not. */
export function isSignedBy(publicKey: string, bytes: Uint8Array, signature: string): boolean {
  try {
    const key = createPublicKey({
      key: Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, "base64")]),
      format: "der",
      type: "spki",
    });
    return verifyBytes(null, bytes, key, Buffer.from(signature, "base64"));
  } catch {
    return false;
  }
}

/** What comes before the 32 bytes in an Ed25519 SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
