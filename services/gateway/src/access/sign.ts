import { createHmac, timingSafeEqual } from "node:crypto";

/** A signature over these parts, for this purpose alone. base64url. */
export function sign(secret: Buffer, purpose: string, parts: readonly string[]): string {
  // JSON keeps the parts apart, so that ["ab","c"] never signs as ["a","bc"].
  const message = JSON.stringify([purpose, ...parts]);
  return createHmac("sha256", secret).update(message).digest("base64url");
}

export function isSignedBy(
  secret: Buffer,
  purpose: string,
  { parts, signature }: { parts: readonly string[]; signature: string },
): boolean {
  const wanted = Buffer.from(sign(secret, purpose, parts));
  const given = Buffer.from(signature);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
