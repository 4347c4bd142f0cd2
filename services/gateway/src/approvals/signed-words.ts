import { readJson } from "@lilux/core/json";
import { createParser, type Tenant } from "@lilux/protocol";
import { type TSchema, Type } from "typebox";
import { isSignedBy, sign } from "../access/sign.ts";

const Signed = Type.Object({ text: Type.String(), signature: Type.String() });
const signed = createParser(Signed, "signed words", "internal");

/**
 * What gateways say to each other about approvals: whoever reaches the bus and does not have the
 * secret that gateways share can neither put words into an approver's sight nor say yes.
 */
export function createSignedWords<Schema extends TSchema>(
  secret: Buffer,
  purpose: string,
  schema: Schema,
) {
  const words = createParser(schema, purpose, "internal");
  return {
    write(tenant: Tenant, given: object): { text: string; signature: string } {
      const text = JSON.stringify(given);
      return { text, signature: sign(secret, purpose, [tenant, text]) };
    },
    /** Undefined for what no gateway said of this tenant. */
    read(tenant: Tenant, body: unknown) {
      if (!signed.is(body)) return undefined;
      const { text, signature } = body;
      if (!isSignedBy(secret, purpose, { parts: [tenant, text], signature })) return undefined;
      const value = readJson(text, purpose);
      return words.is(value) ? value : undefined;
    },
  };
}
