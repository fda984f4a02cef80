/** Words about molecules, in English. */
export const moleculesEn = {
  other: "A molecule of a kind that is not drawn here",
  broken: "No atoms are found in it: the file is not what its name says",
  noWebgl: "This browser has no WebGL, which molecules are drawn with",
  atoms: (n: string) => `${n} atom${n === "1" ? "" : "s"}`,
  style: "Style",
  styles: {
    cartoon: "Ribbon",
    sticks: "Sticks",
    balls: "Balls",
    spheres: "Spheres",
    lines: "Lines",
    surface: "Surface",
  },
  colours: {
    element: "Element",
    spectrum: "Along",
    structure: "Structure",
    chain: "Chain",
    residue: "Residue",
    charge: "Charge",
  },
  spin: "Spin",
};
