import type { ComponentChildren } from "preact";

export interface TableProps {
  head: readonly ComponentChildren[];
  rows: readonly (readonly ComponentChildren[])[];
}

/** A table that scrolls by itself where it is wider than the page. Each cell finds its own direction. */
export function Table({ head, rows }: TableProps) {
  return (
    <div class="table-scroll">
      <table>
        <thead>
          <tr>
            {head.map((cell, at) => (
              <th key={at} dir="auto">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={column} dir="auto">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
