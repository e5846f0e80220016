/** Words that connect others and need not show in a picture. */
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  "a an and are as at by for from has have in into is it its of off on or over that the their this to under up wearing with".split(
    " ",
  ),
);

/** Names of colours, which say what another word looks like. */
const COLOURS: ReadonlySet<string> = new Set(
  "beige black blue brown crimson cyan gold golden gray green grey magenta maroon orange pink purple red silver teal turquoise violet white yellow".split(
    " ",
  ),
);

const NUMBERS: ReadonlySet<string> = new Set(
  "one two three four five six seven eight nine ten several many".split(" "),
);

/** Whether a word names something that a picture can show: it has a letter or digit, and is not a function word. */
export function isContentWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text) && !FUNCTION_WORDS.has(text.toLowerCase());
}

/** What a content word is, as far as lists tell: all that is neither a colour nor a number is a thing. */
export type WordKind = "colour" | "number" | "thing";

export function wordKind(text: string): WordKind {
  if (COLOURS.has(text.toLowerCase())) return "colour";
  return NUMBERS.has(text.toLowerCase()) || /^\p{N}+$/u.test(text) ? "number" : "thing";
}
