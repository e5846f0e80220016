/** A cleaned prompt that remembers which characters of the prompt each of its UTF-16 units came from. */
export interface CleanText {
  readonly text: string;
  /** Offset in the prompt of the first character behind unit i of `text`. */
  readonly starts: readonly number[];
  /** Offset in the prompt just past the last character behind unit i of `text`. */
  readonly ends: readonly number[];
}

interface Character {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const LONE_SURROGATE = /\p{Surrogate}/gu;
const MARK = /^\p{Mark}/u;
const WHITE_SPACE = /^\p{White_Space}$/u;

/**
 * Cleans a prompt as CLIP's tokenizer in Hugging Face's libraries does: composes it (Unicode NFC), makes every run
 * of white space one space, trims it and lower-cases it; a lone surrogate, which UTF-8 cannot hold, becomes U+FFFD.
 */
export function cleanText(prompt: string): CleanText {
  const characters = collapseWhiteSpace(composeCharacters(prompt.replace(LONE_SURROGATE, "\uFFFD")));
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { text, start, end } of characters) {
    // Only the length is taken from here: a final sigma needs the whole text to be lower-cased at once.
    const length = text.toLowerCase().length;
    for (let unit = 0; unit < length; unit++) {
      starts.push(start);
      ends.push(end);
    }
  }
  return {
    text: characters
      .map((character) => character.text)
      .join("")
      .toLowerCase(),
    starts,
    ends,
  };
}

/** The code points of the composed text, each with the span of the text that it was composed from. */
function composeCharacters(text: string): Character[] {
  const characters: Character[] = [];
  let start = 0;
  for (const segment of compositionSegments(text)) {
    const composed = segment.normalize("NFC");
    const end = start + segment.length;
    let offset = start;
    for (const character of composed) {
      // A segment that composition changed has no finer correspondence than the whole.
      if (composed === segment)
        characters.push({ text: character, start: offset, end: offset + character.length });
      else characters.push({ text: character, start, end });
      offset += character.length;
    }
    start = end;
  }
  return characters;
}

/** Cuts text where NFC of the whole is NFC of the pieces: before a character that neither is a mark nor composes. */
function* compositionSegments(text: string): Generator<string> {
  let segment = "";
  for (const character of text) {
    const together = MARK.test(character) || composes(segment, character);
    if (!together) {
      if (segment !== "") yield segment;
      segment = "";
    }
    segment += character;
  }
  if (segment !== "") yield segment;
}

/** Whether a character that is not a mark joins what stands before it, as the letters of a Hangul syllable do. */
function composes(before: string, character: string): boolean {
  return (before + character).normalize("NFC") !== before.normalize("NFC") + character.normalize("NFC");
}

function collapseWhiteSpace(characters: readonly Character[]): Character[] {
  const collapsed: Character[] = [];
  for (const character of characters) {
    const last = collapsed.at(-1);
    if (!WHITE_SPACE.test(character.text)) collapsed.push(character);
    else if (last?.text === " ") collapsed[collapsed.length - 1] = { ...last, end: character.end };
    else if (last !== undefined) collapsed.push({ ...character, text: " " });
  }
  if (collapsed.at(-1)?.text === " ") collapsed.pop();
  return collapsed;
}
