import { ROLES, type Role, type SignIn } from "@lilux/protocol";
import { useState } from "preact/hooks";
import { Field } from "./field.tsx";
import type { Problem } from "./problem.ts";

const FIELDS = [
  ["issuer", "Issuer", "As its tokens name it: https://id.example.com"],
  ["audience", "Audience", "What its tokens are for."],
  ["jwksUrl", "Where its keys are", "At a public address, unless this server allows others."],
  ["roleClaim", "Claim that holds the role", "Empty: the role is what admins give."],
  ["tenantClaim", "Claim that names the tenant", "Only where several share an issuer."],
] as const;
type FieldName = (typeof FIELDS)[number][0];

export interface SignInFormProps {
  signIn: SignIn | null;
  problem: Problem | undefined;
  /** Absent for those who may only see it. */
  onChange: ((signIn: SignIn | null) => void) | undefined;
}

/** The company's identity provider, by which its people sign in. */
export function SignInForm({ signIn, problem, onChange }: SignInFormProps) {
  const [texts, setTexts] = useState<Readonly<Record<FieldName, string>>>({
    issuer: signIn?.issuer ?? "",
    audience: signIn?.audience ?? "",
    jwksUrl: signIn?.jwksUrl ?? "",
    roleClaim: signIn?.roleClaim ?? "",
    tenantClaim: signIn?.tenantClaim ?? "",
  });
  const [newcomers, setNewcomers] = useState<string>(signIn?.roleOfNewcomers ?? "");
  const isReadOnly = onChange === undefined;
  return (
    <form
      class="admin-form"
      onSubmit={(event) => {
        event.preventDefault();
        onChange?.(signInOf(texts, newcomers));
      }}
    >
      <h3>Sign-in</h3>
      <p class="quiet">
        {isReadOnly
          ? "Whoever runs the server sets it."
          : "Without an issuer people of this tenant cannot sign in; its keys are good all the same."}
      </p>
      {FIELDS.map(([name, label, hint]) => (
        <Field key={name} name={name} label={label} hint={hint} problem={problem}>
          {(attributes) => (
            <input
              {...attributes}
              value={texts[name]}
              readOnly={isReadOnly}
              maxLength={512}
              onInput={(event) => setTexts({ ...texts, [name]: event.currentTarget.value })}
            />
          )}
        </Field>
      ))}
      <Field
        name="roleOfNewcomers"
        label="Role of somebody who was never seen before and brings none"
        problem={problem}
      >
        {(attributes) => (
          <select
            {...attributes}
            value={newcomers}
            disabled={isReadOnly}
            onChange={(event) => setNewcomers(event.currentTarget.value)}
          >
            <option value="">not set: viewer</option>
            {ROLES.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </select>
        )}
      </Field>
      {!isReadOnly && (
        <button type="submit" class="button button-main">
          Set the sign-in
        </button>
      )}
    </form>
  );
}

/** Undefined texts are left out, and no issuer is no sign-in. */
function signInOf(texts: Readonly<Record<FieldName, string>>, newcomers: string): SignIn | null {
  const { issuer, audience, jwksUrl, ...claims } = texts;
  if (issuer.trim() === "") return null;
  const named = Object.entries(claims).filter(([, claim]) => claim.trim() !== "");
  const role: Role | undefined = ROLES.find((known) => known === newcomers);
  return {
    issuer: issuer.trim(),
    audience: audience.trim(),
    jwksUrl: jwksUrl.trim(),
    ...Object.fromEntries(named.map(([name, claim]) => [name, claim.trim()])),
    ...(role === undefined ? {} : { roleOfNewcomers: role }),
  };
}
