import { isContentWord } from "../../explain/content-words.js";
import type { FormValues } from "../../explain/relevance-forms.js";
import type { Evidence } from "../../model/neglect-calibration.js";
import { isDrawn, type Seen } from "./drawn.js";
import type { Observation, ObservedWord } from "./observe.js";
import { type Half, halfOf, type NeglectPrompt } from "./prompts.js";

/** A word that names something, as a detector sees it, and what it should say. */
export interface JudgedWord {
  readonly evidence: Readonly<Record<Evidence, number>>;
  /** Its relevance early in the run. */
  readonly early: readonly FormValues[];
  /** Whether the picture shows what it names; null where nobody can tell. */
  readonly drawn: boolean | null;
  /** Whether training never shows what it names. */
  readonly untrained: boolean;
}

/** A picture with all words of its prompt. */
export interface JudgedPicture {
  readonly half: Half;
  /** Whether its words are such as in training, so that they make the distributions. */
  readonly isCorpus: boolean;
  readonly words: readonly (Pick<ObservedWord, "text" | "forms"> & {
    /** Null for words that name nothing. */
    readonly judged: JudgedWord | null;
  })[];
}

/** An observed picture of the grammar beside what the classifier sees in it. */
export function judgedPicture(
  { index, words }: Pick<Observation, "index" | "words">,
  prompt: NeglectPrompt,
  seen: Seen,
): JudgedPicture {
  const { untrained } = prompt;
  return {
    half: halfOf(index),
    isCorpus: prompt.source === "train",
    words: words.map((word) => {
      const said = prompt.words.find(({ start, end }) => start <= word.start && word.start < end);
      const drawn = said === undefined ? null : isDrawn(said, prompt, seen);
      return judged(word, drawn, said !== undefined && said.start === untrained?.start);
    }),
  };
}

/** A picture of a prompt of one's own: nobody can tell what it shows. */
export const unjudgedPicture = ({ words }: Pick<Observation, "words">): JudgedPicture => ({
  half: "fit",
  isCorpus: true,
  words: words.map((word) => judged(word, null, false)),
});

function judged(
  word: ObservedWord,
  drawn: boolean | null,
  untrained: boolean,
): JudgedPicture["words"][number] {
  const { text, forms, early, deletion } = word;
  if (!isContentWord(text) || deletion === null) return { text, forms, judged: null };
  return { text, forms, judged: { evidence: { ...forms, deletion }, early, drawn, untrained } };
}

/** What an account alone says of a word. */
export function accountOf({ evidence }: Pick<JudgedWord, "evidence">): FormValues {
  const { deletion: _, ...forms } = evidence;
  return forms;
}
