/** By code units: the same on every machine, whatever its language. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By file, then name, then project. */
export const byPlace = (
  a: { readonly file: string; readonly name: string; readonly project: string },
  b: { readonly file: string; readonly name: string; readonly project: string },
): number => byText(a.file, b.file) || byText(a.name, b.name) || byText(a.project, b.project);
