/** The order of the runs when one row decides it. Pure. */
import { asNumber, oneLine } from "@/ui/numbers";

const words = new Intl.Collator("en", { numeric: true });

/** Places by value: numbers by size and before words; what has no value comes last, whichever way. */
export function placesBy(values: readonly unknown[], descending: boolean): number[] {
  const way = descending ? -1 : 1;
  const rank = (value: unknown) => {
    if (value === undefined || value === null) return 2;
    const number = asNumber(value);
    return number === null ? 1 : Number.isFinite(number) ? 0 : 1;
  };
  return values
    .map((value, place) => ({ value, place }))
    .sort((a, b) => {
      const [ra, rb] = [rank(a.value), rank(b.value)];
      if (ra !== rb) return ra - rb;
      if (ra === 2) return a.place - b.place;
      const by =
        ra === 0
          ? (asNumber(a.value) ?? 0) - (asNumber(b.value) ?? 0)
          : words.compare(oneLine(a.value), oneLine(b.value));
      return by * way || a.place - b.place;
    })
    .map(({ place }) => place);
}
