import type { StoredTensors } from "../safetensors/stored.js";

/** Where a parameter is stored: a tensor, or one of the three parts of a fused one, by rows. */
export interface Place {
  readonly name: string;
  readonly part?: 0 | 1 | 2;
}

/** How a file names the parameters of CLIP's text side, given their names in Hugging Face transformers. */
export type Naming = (name: string) => Place;

/** What programs put in front of transformers' names. */
const TRANSFORMERS_PREFIXES = [
  "text_model.",
  "text_encoder.text_model.",
  "cond_stage_model.transformer.text_model.",
];
/** What they put in front of open_clip's. */
const OPEN_CLIP_PREFIXES = ["", "text.", "cond_stage_model.model."];

export const TOKEN_EMBEDDING = "embeddings.token_embedding.weight";
export const POSITION_EMBEDDING = "embeddings.position_embedding.weight";

const fixed: Readonly<Record<string, string>> = {
  [TOKEN_EMBEDDING]: "token_embedding.weight",
  [POSITION_EMBEDDING]: "positional_embedding",
  "final_layer_norm.weight": "ln_final.weight",
  "final_layer_norm.bias": "ln_final.bias",
};
const inBlock: Readonly<Record<string, string>> = {
  layer_norm1: "ln_1",
  layer_norm2: "ln_2",
  "mlp.fc1": "mlp.c_fc",
  "mlp.fc2": "mlp.c_proj",
  "self_attn.out_proj": "attn.out_proj",
};
const projections = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"];

/** open_clip's place of a parameter: queries, keys and values are one tensor there, in that order. */
function inOpenClip(name: string): Place {
  const match = /^encoder\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name);
  if (match === null) return { name: fixed[name] ?? name };
  const [, block, layer = "", kind] = match;
  const prefix = `transformer.resblocks.${block}.`;
  const part = projections.indexOf(layer);
  if (part === 0 || part === 1 || part === 2) return { name: `${prefix}attn.in_proj_${kind}`, part };
  return { name: `${prefix}${inBlock[layer] ?? layer}.${kind}` };
}

/** The naming that a file's tensors follow, by where it has the token embedding; undefined if it has none. */
export function namingOf(tensors: StoredTensors): Naming | undefined {
  const namings: Naming[] = [
    ...TRANSFORMERS_PREFIXES.map((prefix) => (name: string) => ({ name: prefix + name })),
    ...OPEN_CLIP_PREFIXES.map((prefix) => (name: string) => {
      const place = inOpenClip(name);
      return { ...place, name: prefix + place.name };
    }),
  ];
  return namings.find((naming) => tensors.has(naming(TOKEN_EMBEDDING).name));
}
