/** A table as CSV (RFC 4180) with line feeds, its first row the names of the columns; null is an empty field. */
export function csvFile(rows: readonly (readonly (string | number | null)[])[]): Uint8Array<ArrayBuffer> {
  const lines = rows.map((row) => `${row.map(field).join(",")}\n`);
  return new TextEncoder().encode(lines.join(""));
}

function field(value: string | number | null): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
