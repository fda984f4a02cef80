import type { ReactNode } from "react";

/** A line of a list of facts: what is known, by its name. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="run-fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
