import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

const FORM = /^lx_([A-Za-z0-9]{12})_[A-Za-z0-9_-]{43}$/;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const ID_LETTERS = 12;
const SECRET_BYTES = 32;

export interface KeyText {
  /** The whole key, as it is given to somebody once. */
  key: string;
  /** Names it: part of the key, and no secret. */
  keyId: string;
  /** What is stored of the rest, in hexadecimal digits. 256 random bits need no slow hash. */
  secretSha256: string;
}

export function makeKey(): KeyText {
  const keyId = Array.from({ length: ID_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]).join(
    "",
  );
  const key = `lx_${keyId}_${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { key, keyId, secretSha256: hashOf(key) };
}

/** Undefined for what was never made here. */
export function readKey(key: string): KeyText | undefined {
  const keyId = FORM.exec(key)?.[1];
  return keyId === undefined ? undefined : { key, keyId, secretSha256: hashOf(key) };
}

export function isSameKey(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, "hex"), Buffer.from(b, "hex")];
  return left.length === right.length && timingSafeEqual(left, right);
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
