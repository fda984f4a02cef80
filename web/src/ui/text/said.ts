/** The same tree of keys with any words in it: strings stay strings, sentences with gaps stay functions. */
export type Said<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : Said<T[K]>;
};
