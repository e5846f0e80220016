import { charactersOf } from "./text.js";

/** Characters that a terminal draws two columns wide: East Asian scripts, full-width forms, emoji. */
const WIDE =
  /(?![\uff61-\uffdc])[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3001-\u303f\uff01-\uff60]|\ufe0f/u;

/** The text without what would move the cursor or change colours. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "");
}

/** Columns that a printable text takes on a terminal. */
export function columnsOf(text: string): number {
  return charactersOf(text).reduce((columns, character) => columns + columnsOfCharacter(character), 0);
}

/** The text in exactly `columns` columns: filled with spaces, or cut with `ellipsis`, one column wide. */
export function fitColumns(text: string, columns: number, ellipsis: string): string {
  const missing = columns - columnsOf(text);
  if (missing >= 0) return text + " ".repeat(missing);
  let kept = "";
  for (const character of charactersOf(text)) {
    if (columnsOf(kept) + columnsOfCharacter(character) > columns - 1) break;
    kept += character;
  }
  return kept + ellipsis + " ".repeat(columns - 1 - columnsOf(kept));
}

function columnsOfCharacter(character: string): number {
  if (/^[\p{Cf}\p{Mn}]*$/u.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
