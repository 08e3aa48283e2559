-- SPDX-License-Identifier: MIT
-- families/diffusion.lua: models of diffusers, by the `_class_name` of their config.json. family.lua says what the
-- fields of an entry mean.
local family = require "model.family"
local F, like, each_name = family.table, family.like, family.each_name
local LN, LN0, RMS = family.LN, family.LN0, family.RMS

-- diffusers' own RMSNorm rounds as T5's does, that of torch once
local DIM = "num_attention_heads*attention_head_dim"

local function modulated(site, width, eps, count)
  return { site = site, norm = LN0, width = width, eps = eps, count = count, modulated = true }
end

F.FluxTransformer2DModel = { source = "diffusers 0.36 transformer_flux.py: FluxTransformerBlock",
  modulated("norms of the blocks, norm_out (modulated)", DIM, 1e-6, "4*num_layers + num_single_layers + 1"),
  { site = "norm_q,norm_k,norm_added_q,norm_added_k (per head)", norm = RMS, width = "attention_head_dim", eps = 1e-6,
    count = "4*num_layers + 2*num_single_layers" }, rounding = "once",
  default = { num_attention_heads = 24, attention_head_dim = 128, num_layers = 19, num_single_layers = 38 } }
F.Flux2Transformer2DModel = { source = "diffusers 0.36 transformer_flux2.py: Flux2TransformerBlock",
  modulated("norms of the blocks, norm_out (modulated)", DIM, "eps", "4*num_layers + num_single_layers + 1"),
  { site = F.FluxTransformer2DModel[2].site, norm = RMS, width = "attention_head_dim", eps = "eps",
    count = "4*num_layers + 2*num_single_layers" }, rounding = "once",
  default = { num_attention_heads = 48, attention_head_dim = 128, num_layers = 8, num_single_layers = 48,
    eps = 1e-6 } }
F.ZImageTransformer2DModel = { source = "diffusers 0.40 transformer_z_image.py: ZImageTransformerBlock",
  { site = "norms of the blocks", norm = RMS, width = "dim", eps = "norm_eps",
    count = "4*blocks", rounding = "promoted" },
  { site = "norm_q,norm_k (per head)", norm = RMS, width = "dim//n_heads", eps = 1e-5,
    count = "2*blocks", when = "qk_norm", rounding = "promoted" },
  { site = "cap_embedder.0", norm = RMS, width = "cap_feat_dim", eps = "norm_eps", count = 1, rounding = "promoted" },
  { site = "siglip_embedder.0", norm = RMS, width = "siglip_feat_dim", eps = "norm_eps", count = 1,
    when = "set('siglip_feat_dim')", rounding = "promoted" },
  modulated("norm_final (modulated)", "dim", 1e-6, 1),
  -- noise, text and, where the model reads images, those are refined
  let = { blocks = "n_layers + (set('siglip_feat_dim') and 3 or 2)*n_refiner_layers" },
  default = { dim = 3840, n_layers = 30, n_refiner_layers = 2, n_heads = 30, cap_feat_dim = 2560, qk_norm = true,
    norm_eps = 1e-5 } }
-- the last block does not normalise its context a second time
F.SD3Transformer2DModel = { source = "diffusers 0.36 transformer_sd3.py, attention.py: JointTransformerBlock",
  modulated("norms of the blocks, norm_out (modulated)", DIM, 1e-6, "4*num_layers"),
  { site = "norm_q,norm_k,norm_added_q,norm_added_k (per head)", norm = RMS, width = "attention_head_dim", eps = 1e-6,
    count = "4*num_layers + 2*len('dual_attention_layers')", when = "is('qk_norm', 'rms_norm')",
    rounding = "promoted" },
  default = { num_attention_heads = 18, attention_head_dim = 64, num_layers = 18 } }
F.WanTransformer3DModel = { source = "diffusers 0.36 transformer_wan.py: WanTransformerBlock, WanAttention",
  modulated("norm1,norm3,norm_out (modulated)", DIM, "eps", "2*num_layers + 1"),
  { site = "norm2", norm = LN, width = DIM, eps = "eps", count = "num_layers", when = "cross_attn_norm" },
  { site = "norm_q,norm_k", norm = RMS, width = DIM, eps = "eps",
    count = "(4 + (set('added_kv_proj_dim') and 1 or 0))*num_layers" },
  { site = "image_embedder.norm1", norm = LN, width = "image_dim", eps = 1e-5, count = 1, when = "set('image_dim')" },
  { site = "image_embedder.norm2", norm = LN, width = DIM, eps = 1e-5, count = 1, when = "set('image_dim')" },
  knows = { "qk_norm" }, rounding = "once",
  default = { num_attention_heads = 40, attention_head_dim = 128, num_layers = 40, cross_attn_norm = true,
    eps = 1e-6 } }
F.QwenImageTransformer2DModel = { source = "diffusers 0.36 transformer_qwenimage.py: QwenImageTransformerBlock",
  modulated("norms of the blocks, norm_out (modulated)", DIM, 1e-6, "4*num_layers + 1"),
  { site = "norm_q,norm_k,norm_added_q,norm_added_k (per head)", norm = RMS, width = "attention_head_dim", eps = 1e-6,
    count = "4*num_layers", rounding = "promoted" },
  { site = "txt_norm", norm = RMS, width = "joint_attention_dim", eps = 1e-6, count = 1, rounding = "promoted" },
  default = { num_attention_heads = 24, attention_head_dim = 128, num_layers = 60, joint_attention_dim = 3584 } }
F.PixArtTransformer2DModel = { source = "diffusers 0.36 pixart_transformer_2d.py, attention.py: BasicTransformerBlock",
  modulated("norm1,norm2 (modulated)", DIM, "norm_eps", "2*num_layers"),
  modulated("norm_out (modulated)", DIM, 1e-6, 1),
  knows = { "norm_type", "norm_elementwise_affine", "norm_num_groups" },
  default = { num_attention_heads = 16, attention_head_dim = 72, num_layers = 28, norm_eps = 1e-6 } }
-- three norms in each transformer block; the eps and the groups in the file belong to GroupNorms
F.UNet2DConditionModel = { source = "diffusers 0.36 unet_2d_condition.py, attention.py: BasicTransformerBlock",
  { site = "transformer blocks $i", norm = LN, width = "item", eps = 1e-5, each = "block_out_channels",
    count = "3*unet_blocks(i)" },
  remark = "the GroupNorms of the convolutions are not listed",
  knows = { "norm_eps", "norm_num_groups", "layers_per_block", "transformer_layers_per_block", "down_block_types",
    "up_block_types", "mid_block_type", "resnet_time_scale_shift", "cross_attention_norm" },
  default = { block_out_channels = { 320, 640, 1280, 1280 } } }
F.ControlNetModel = like(F.UNet2DConditionModel, { source = "diffusers 0.36 controlnet.py: ControlNetModel" })
local function without(why) return { source = "diffusers 0.36", remark = why, knows = { "norm_num_groups" } } end
each_name("AutoencoderKL VQModel AutoencoderTiny AutoencoderKLTemporalDecoder UNet2DModel",
  without("this model normalises with GroupNorms, which lngen does not list"))
-- the norms of Wan's autoencoder divide by the length of the vector, and scale
each_name("AutoencoderKLWan AutoencoderKLQwenImage",
  without("norms over the channels of convolutions, which lngen does not list"))
