import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORM = "v1";

/**
 * AES-256-GCM with a nonce of its own for each text. `bound` is not in the answer and has to be said
 * again to open it: what is sealed for one tenant and name opens under no other.
 */
export function seal(key: Buffer, plain: Uint8Array, bound: readonly string[]): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundBytes(bound));
  const sealed = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `${FORM}.${sealed.toString("base64url")}`;
}

/** Throws for another key, another `bound`, or a changed byte. */
export function unseal(key: Buffer, sealed: string, bound: readonly string[]): Buffer {
  const [form, text = ""] = sealed.split(".");
  const bytes = Buffer.from(text, "base64url");
  if (form !== FORM || bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error("nothing sealed");
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundBytes(bound));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]);
}

/** As JSON, so that no two lists become the same bytes. */
function boundBytes(bound: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify([FORM, ...bound]));
}
