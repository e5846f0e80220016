/** A word that no caption has, beside the caption's word that it is nearest to in meaning. */
export interface NewWord {
  readonly word: string;
  readonly like: string;
  /** Whether the shipped table of word vectors has it. */
  readonly inTable: boolean;
}

const known = (word: string, like: string): NewWord => ({ word, like, inTable: true });
const unknown = (word: string, like: string): NewWord => ({ word, like, inTable: false });

export const NEW_COLOURS: readonly NewWord[] = [
  known("grey", "gray"),
  known("violet", "purple"),
  known("navy", "blue"),
  known("lime", "green"),
  known("golden", "yellow"),
  known("ivory", "white"),
  unknown("crimson", "red"),
  unknown("scarlet", "red"),
  unknown("azure", "blue"),
  unknown("emerald", "green"),
];

export const NEW_OBJECTS: readonly NewWord[] = [
  known("kitten", "cat"),
  known("dog", "cat"),
  known("sheep", "goat"),
  known("mango", "banana"),
];

/** Things that no picture shows. */
export const ABSENT = ["shark", "dog", "pizza", "cupcake"] as const;
