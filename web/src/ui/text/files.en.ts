/** Words of files and their previews, in English. */
const s = (n: number) => (n === 1 ? "" : "s");

export const filesEn = {
  zip: "Download as ZIP",
  zipAll: "All as ZIP",
  tensors: (n: string) => `${n} tensors`,
  numbers: (n: string) => `${n} numbers`,
  tensor: "Tensor",
  count: "Numbers",
  type: "Type",
  shape: "Shape",
  size: "Size",
  findTensor: "Find a tensor",
  notes: "Notes in the file",
  order: { c: "rows first", fortran: "columns first" },
  badHead: "The head of this file cannot be read.",
  pickle: "A pickle can run anything when it is read, so that nothing looks into it here. Safetensors files are shown.",
  pages: (n: number) => `${n} page${s(n)}`,
  gone: (path: string) => `There is no file ${path} any more.`,
};
