const pixelsPerCharacter = 6;
const fewest = 5;

/** As much of a label as fits into so many pixels at the strip's size of text; nothing where that says nothing. */
export function shownLabel(label: string, pixels: number): string {
  const room = Math.floor(pixels / pixelsPerCharacter);
  if (room >= label.length) return label;
  return room < fewest ? '' : `${label.slice(0, room - 1).trimEnd()}…`;
}
