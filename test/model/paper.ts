/** The network settings that all of the authors' configuration files share, under their names. */
export const paperSettings = {
  model_channels: 320,
  channel_mult: [1, 1, 4, 4],
  attention_resolutions: [4, 2, 1],
  num_res_blocks: 1,
  num_head_channels: 64,
  context_dim: 1024,
};
