import * as z from "zod";
import { CLIP_POSITIONS } from "../text/prompt.js";

const positive = z.int().positive();

const vectorKinds = ["meaning", "random", "learnt", "clip-embedding", "clip-transformer"] as const;

/** Whether vectors come from CLIP's weights, positions included. */
export const isClip = (vectors: (typeof vectorKinds)[number]): boolean => vectors.startsWith("clip-");

/** How prompts become vectors; every default is visible here, and an unknown key is an error. */
export const textSchema = z
  .strictObject({
    /**
     * Frozen word meaning beside a frozen random identity, the identity alone, or a learnt table; or CLIP's token and
     * position embeddings of the prompt alone, or its text transformer's view of the whole layout.
     */
    vectors: z.enum(vectorKinds).default("meaning"),
    /** The tokens that a learnt table has rows for, in row order; what it holds is added to the frozen vectors, if any. */
    tokenIds: z.array(z.int().nonnegative()).min(1).optional(),
    /** CLIP's text transformer, as wide as the network's context. */
    encoder: z
      .strictObject({
        /** Blocks that are run, before the final norm: one fewer than there are for the penultimate. */
        blocks: positive,
        heads: positive,
        /** Width of a block's hidden layer. */
        hiddenWidth: positive,
        /** GELU as it is defined, or its approximation x sigmoid(1.702 x) of OpenAI's own CLIP. */
        activation: z.enum(["gelu", "quick-gelu"]),
      })
      .optional(),
    /** Seed of the random identities. */
    seed: z.int().nonnegative().default(0),
    /** Longest prompt, in tokens. */
    maxTokens: positive.default(24),
  })
  .refine(({ vectors, tokenIds }) => vectors !== "learnt" || tokenIds !== undefined, {
    path: ["tokenIds"],
    error: "must be given with learnt vectors",
  })
  .refine(({ vectors, tokenIds }) => !isClip(vectors) || tokenIds === undefined, {
    path: ["tokenIds"],
    error: "must not be given with CLIP's vectors",
  })
  .refine(({ tokenIds = [] }) => new Set(tokenIds).size === tokenIds.length, {
    path: ["tokenIds"],
    error: "must not name a token twice",
  })
  .refine(({ vectors, encoder }) => (vectors === "clip-transformer") === (encoder !== undefined), {
    path: ["encoder"],
    error: "must be given with clip-transformer, and with no other vectors",
  })
  .refine(({ vectors, maxTokens }) => !isClip(vectors) || maxTokens <= CLIP_POSITIONS - 2, {
    path: ["maxTokens"],
    error: `must be at most ${CLIP_POSITIONS - 2} for CLIP, which has a start and an end besides`,
  });

export type TextConfig = z.infer<typeof textSchema>;
export type EncoderConfig = NonNullable<TextConfig["encoder"]>;

/** Rows that the network is given for its longest prompt: its tokens, or all of CLIP's layout. */
export const contextLength = ({ vectors, maxTokens }: TextConfig): number =>
  vectors === "clip-transformer" ? CLIP_POSITIONS : maxTokens;
