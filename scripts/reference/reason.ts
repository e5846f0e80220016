/** What went wrong, on one line. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().replace(/\s*[\r\n]+\s*/g, " ");
