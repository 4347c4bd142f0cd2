import { createParser } from "@lilux/protocol";
import { setting } from "@lilux/runtime";
import { type Static, Type } from "typebox";

const Price = Type.Optional(Type.Number({ minimum: 0 }));
const Prices = Type.Object(
  {
    currency: Type.String({ minLength: 1, maxLength: 8 }),
    turn: Price,
    call: Price,
    prediction: Price,
    promptTokens: Price,
    completionTokens: Price,
    scriptSecond: Price,
    gigabyteMonth: Price,
  },
  { additionalProperties: false },
);
export type Prices = Static<typeof Prices>;

const parser = createParser(Prices, "LILUX_PRICES", "config_invalid");

export const priceSettings = {
  prices: setting(
    "LILUX_PRICES",
    'What is charged for use, as JSON: `{"currency":"EUR","turn":0.01,"promptTokens":0.5}`. Also `call`, `prediction`, `scriptSecond` and `completionTokens`, tokens by the million, and `gigabyteMonth`: 10^9 bytes kept for 30 days. What is not named costs nothing.',
    Type.String(),
    { read: readPrices, defaultText: "none: usage has no cost" },
  ),
};

function readPrices(text: string): Prices {
  try {
    return parser.parse(JSON.parse(text));
  } catch {
    throw new Error('must be JSON with a currency and prices, as {"currency":"EUR","turn":0.01}');
  }
}
