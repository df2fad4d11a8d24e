/** What a spreadsheet would take for a formula is made a text by the apostrophe that spreadsheets know for it. */
const formula = /^[=+\-@\t\r]/;

/** Lines of RFC 4180. Numbers are written as they are, texts guarded and quoted where they must be. */
export function csvText(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function field(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
