import { expect, test } from "vitest";
import { redactText } from "./redact-text.ts";
import { redactValue } from "./redact-value.ts";

const key = { salt: "salt", session: "acme/s1" };

/** Joined here, so that no scanner of this repository takes an example for a leak. */
const joined = (...parts: string[]): string => parts.join("");
const GITHUB = joined("gh", "p_abcdefghijklmnopqrstuvwxyz0123456789");
const GITHUB_FINE = joined("github", "_pat_11AAAAAAA0aaaaaaaaaaaa");
const GITLAB = joined("gl", "pat-abcdefghij1234567890");
const SLACK = joined("xo", "xb-123456789012-abcdefGHIJKL");
const STRIPE = joined("sk_", "live_4eC39HqLyjWDarjtT1zdp7dc");
const AMAZON = joined("AK", "IAIOSFODNN7EXAMPLE");
const GOOGLE = joined("AI", "zaSyA-1234567890abcdefghijklmnopqrstu");
const OPENAI = joined("sk-", "proj-abcdEFGH1234ijklMNOP5678");
const NPM = joined("np", "m_abcdefghijklmnopqrstuvwxyz0123456789");
const PEM = joined(
  "-----BEGIN RSA ",
  "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA ",
  "PRIVATE KEY-----",
);

// Mutants: any one entry of PRIVATE_PATTERNS left out.
test.each([
  ["ann.lee+news@mail.example.org", "write to ann.lee+news@mail.example.org please"],
  ["jürgen@bücher.example", "mail jürgen@bücher.example the list"],
  ["4111 1111 1111 1111", "charge 4111 1111 1111 1111 now"],
  ["5500-0055-5555-5559", "card 5500-0055-5555-5559"],
  ["378282246310005", "amex 378282246310005 is declined"],
  ["DE89 3704 0044 0532 0130 00", "pay to DE89 3704 0044 0532 0130 00"],
  ["GB29NWBK60161331926819", "iban GB29NWBK60161331926819"],
  ["+49 170 1234567", "call +49 170 1234567 at noon"],
  ["0049 30 901820", "0049 30 901820 is the desk"],
  ["+1 (415) 555-2671", "text +1 (415) 555-2671"],
  ["(030) 901820", "ring (030) 901820"],
  ["415-555-2671", "dial 415-555-2671 again"],
  ["hunter2!", "my password is hunter2!"],
  ["Tr0ub4dor&3", "login with password: Tr0ub4dor&3"],
  ["s3cr3t-value", 'set "api_key": "s3cr3t-value"'],
  ["9f8e7d6c5b", "token=9f8e7d6c5b"],
  ["0000-1234", "the pin is 0000-1234"],
  [GITHUB, `push with ${GITHUB}`],
  [GITHUB_FINE, `${GITHUB_FINE} leaked`],
  [GITLAB, `${GITLAB}`],
  [SLACK, `slack says ${SLACK}`],
  [STRIPE, `use ${STRIPE}`],
  [AMAZON, `rotate ${AMAZON}`],
  [GOOGLE, `maps key ${GOOGLE}`],
  [OPENAI, `OPENAI=${OPENAI}`],
  [NPM, `${NPM}`],
  [
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN",
    "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN",
  ],
  ["pa55w0rd", "connect postgres://app:pa55w0rd@db.example/main"],
  ["dGhpcyBpcyBhIHNlY3JldA==", "curl -H 'Authorization: Basic dGhpcyBpcyBhIHNlY3JldA=='"],
  ["mF_9.B5f-4.1JqM", "Authorization: Bearer mF_9.B5f-4.1JqM"],
  ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1", "aws wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1"],
  ["a8F3kQ9zP2xL7vB4nM6w", "deploy with a8F3kQ9zP2xL7vB4nM6w"],
  ["MIIEpAIBAAKCAQEA", PEM],
  ["alice", "read /home/alice/notes.md"],
  ["bob", "open C:\\Users\\bob\\desk"],
  ["carol", "copy /Users/carol/Documents"],
  ["192.168.17.4", "ping 192.168.17.4"],
  ["203.0.113.77", "block 203.0.113.77 at the wall"],
])("%s is nowhere in what is kept", (secret, text) => {
  expect(text).toContain(secret);
  expect(redactText(text, key)).not.toContain(secret);
  const nested = { call: { name: "execute", parameters: { note: text, list: [text] } } };
  expect(JSON.stringify(redactValue(nested, key))).not.toContain(
    JSON.stringify(secret).slice(1, -1),
  );
});

test.each([
  "run csv_to_json on data/orders-2026.csv with limit 250",
  "how many days between 2026-01-01 and 2026-03-01",
  "schedule the release for 14:30 on 12.03.2026",
  "load email/outreach/validate_email_addresses_of_customers",
  "deploy v2.13.0 to eu-west-1",
  "split 1200 euros 50/30/20",
  "what does the token budget mean for us",
  "find api_testing_scripts_for_regression",
  "the session is 3f2b8c1e-9a4d-4e6f-8b7a-1c2d3e4f5a6b",
  "reset my password",
  "order 4711, box 12345678",
  "compare 4111 1111 1111 1112 boxes",
])("%j is kept as it is", (text) => {
  expect(redactText(text, key)).toBe(text);
});

test("one value has one placeholder within a session, another in another one, and no second one inside", () => {
  const mail = "ann@example.org";
  const [first, again] = [redactText(`to ${mail}`, key), redactText(`from ${mail}`, key)];
  expect(first.slice(3)).toBe(again.slice(5));
  expect(redactText(`to ${mail}`, { ...key, session: "acme/s2" })).not.toBe(first);
  expect(redactText(`to ${mail}`, { ...key, salt: "other" })).not.toBe(first);
  expect(redactText(first, key)).toBe(first);
});

test("an input whose name says that it is private is, whatever it holds", () => {
  const redacted = redactValue({ password: "abc", user_token: 12, apiKey: true, tokens: 5 }, key);
  expect(redacted).toEqual({
    password: expect.stringMatching(/^<secret:\w+>$/),
    user_token: expect.stringMatching(/^<secret:\w+>$/),
    apiKey: expect.stringMatching(/^<secret:\w+>$/),
    tokens: 5,
  });
});
