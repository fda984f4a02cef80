import { useCallback, useState } from "react";

const NAME = "gnomon.locked";

/** Whether panels are locked against changes by accident; the browser remembers it. */
export function useLock(): [boolean, (on: boolean) => void] {
  const [locked, setLocked] = useState(() => localStorage.getItem(NAME) === "1");
  const lock = useCallback((on: boolean) => {
    setLocked(on);
    if (on) localStorage.setItem(NAME, "1");
    else localStorage.removeItem(NAME);
  }, []);
  return [locked, lock];
}
