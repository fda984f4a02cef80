/** The part of a page's state that a colleague should see: strings in the address. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export type Address = Record<string, string | undefined>;

/** The search values, and a way to change some of them; `undefined` takes one out. Typing replaces, choosing pushes. */
export function useAddress(): [Address, (patch: Address, push?: boolean) => void] {
  const search = useSearch({ strict: false }) as Address;
  const navigate = useNavigate();
  const set = useCallback(
    (patch: Address, push = false) => {
      void navigate({
        to: ".",
        search: ((before: Address) => clean({ ...before, ...patch })) as never,
        replace: !push,
      });
    },
    [navigate],
  );
  return [search, set];
}

function clean(address: Address): Address {
  return Object.fromEntries(Object.entries(address).filter(([, value]) => value !== undefined && value !== ""));
}
