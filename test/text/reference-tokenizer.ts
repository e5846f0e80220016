import { Tokenizer } from "@huggingface/tokenizers";
import { END_OF_WORD, END_TEXT, type Vocabulary } from "../../src/text/vocabulary.js";

const WORD =
  "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/** Hugging Face's tokenizer with CLIP's published settings and our vocabulary, without start and end. */
export function referenceTokenizer({ spellings, merges }: Vocabulary): (prompt: string) => readonly number[] {
  const settings = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: "\\s+" }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: WORD }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true },
      ],
    },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: END_TEXT,
      continuing_subword_prefix: "",
      end_of_word_suffix: END_OF_WORD,
      fuse_unk: false,
      vocab: Object.fromEntries(spellings.map((spelling, token) => [spelling, token])),
      merges: [...merges.keys()].map((pair) => [
        spellings[Math.floor(pair / spellings.length)]!,
        spellings[pair % spellings.length]!,
      ]),
    },
  };
  const tokenizer = new Tokenizer(settings, { tokenizer_class: "CLIPTokenizer", unk_token: END_TEXT });
  return (prompt) => tokenizer.encode(prompt).ids;
}
