import type { UsageAnswer } from "@lilux/protocol";

/** How far each budget of this month is used. Nothing where none is set. */
export function BudgetTable({ budgets, currency }: Pick<UsageAnswer, "budgets" | "currency">) {
  if (budgets.length === 0) return null;
  return (
    <div class="admin-table">
      <table>
        <caption>Budgets of this month</caption>
        <thead>
          <tr>
            <th scope="col">Budget</th>
            <th scope="col">Used</th>
            <th scope="col">Of</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {budgets.map(({ budget, used, max, state }) => (
            <tr key={budget}>
              <th scope="row">
                {budget}
                {budget === "costPerMonth" && currency !== undefined && ` (${currency})`}
              </th>
              <td>{used.toLocaleString("en")}</td>
              <td>{max.toLocaleString("en")}</td>
              <td class={state === "open" ? undefined : "admin-bad"}>{WORDS[state]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const WORDS = {
  open: "open",
  soft: "four fifths used",
  spent: "used up",
} as const satisfies Record<UsageAnswer["budgets"][number]["state"], string>;
