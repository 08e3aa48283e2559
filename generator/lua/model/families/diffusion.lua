-- SPDX-License-Identifier: MIT
-- families/diffusion.lua: models of diffusers, by the `_class_name` of their config.json. family.lua says what the
-- fields of an entry mean.
local family = require "model.family"
local F, like, each_name = family.table, family.like, family.each_name
local LN, LN0, RMS, RMS0 = family.LN, family.LN0, family.RMS, family.RMS0

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
F.ChromaTransformer2DModel = {
  source = "diffusers 0.40 transformer_chroma.py: ChromaTransformerBlock, ChromaApproximator",
  F.FluxTransformer2DModel[1], F.FluxTransformer2DModel[2],
  { site = "distilled_guidance_layer.norms", norm = RMS, width = "approximator_hidden_dim", eps = 0x1p-23,
    count = "approximator_layers", guess = true },
  rounding = "once",
  remark = "the module of distilled_guidance_layer.norms names no eps; torch takes 2^-23 for f32",
  default = { num_attention_heads = 24, attention_head_dim = 128, num_layers = 19, num_single_layers = 38,
    approximator_hidden_dim = 5120, approximator_layers = 5 } }
F.HunyuanVideoTransformer3DModel = {
  source = "diffusers 0.40 transformer_hunyuan_video.py: HunyuanVideoTransformerBlock, HunyuanVideoTokenRefiner",
  F.FluxTransformer2DModel[1],
  { site = F.FluxTransformer2DModel[2].site, norm = RMS, width = "attention_head_dim", eps = 1e-6,
    count = "4*num_layers + 2*num_single_layers", when = "is('qk_norm', 'rms_norm')", rounding = "promoted" },
  { site = "context_embedder: norm1,norm2", norm = LN, width = DIM, eps = 1e-6, count = "2*num_refiner_layers" },
  default = { num_attention_heads = 24, attention_head_dim = 128, num_layers = 20, num_single_layers = 40,
    num_refiner_layers = 2, qk_norm = "'rms_norm'" } }
-- norm1 and norm2 run over the video, then over the text; scale and shift follow gamma and beta
local function cogvideox(norm, when)
  return { site = "norm1,norm2,norm_out (modulated)", norm = norm, width = DIM, eps = "norm_eps",
      count = "4*num_layers + 1", when = when, modulated = true },
    { site = "norm_final", norm = norm, width = DIM, eps = "norm_eps", count = 1, when = when }
end
local COG_FULL, COG_FULL_FINAL = cogvideox(LN, "norm_elementwise_affine")
local COG_NONE, COG_NONE_FINAL = cogvideox(LN0, "not norm_elementwise_affine")
F.CogVideoXTransformer3DModel = { source = "diffusers 0.40 cogvideox_transformer_3d.py: CogVideoXBlock",
  COG_FULL, COG_FULL_FINAL, COG_NONE, COG_NONE_FINAL,
  { site = "norm_q,norm_k (per head)", norm = LN, width = "attention_head_dim", eps = 1e-6, count = "2*num_layers" },
  default = { num_attention_heads = 30, attention_head_dim = 64, num_layers = 30, norm_elementwise_affine = true,
    norm_eps = 1e-5 } }
F.LTXVideoTransformer3DModel = { source = "diffusers 0.40 transformer_ltx.py: LTXVideoTransformerBlock, LTXAttention",
  { site = "norm1,norm2 (modulated)", norm = RMS0, width = DIM, eps = "norm_eps", count = "2*num_layers",
    when = "not norm_elementwise_affine", modulated = true },
  { site = "norm1,norm2 (modulated)", norm = RMS, width = DIM, eps = "norm_eps", count = "2*num_layers",
    when = "norm_elementwise_affine", modulated = true, rounding = "promoted" },
  { site = "norm_q,norm_k", norm = RMS, width = DIM, eps = 1e-5, count = "4*num_layers", rounding = "once" },
  modulated("norm_out (modulated)", DIM, 1e-6, 1),
  knows = { "qk_norm" },
  default = { num_attention_heads = 32, attention_head_dim = 64, num_layers = 28, norm_elementwise_affine = false,
    norm_eps = 1e-6 } }
F.SanaTransformer2DModel = { source = "diffusers 0.40 sana_transformer.py: SanaTransformerBlock",
  modulated("norm1 (modulated)", DIM, "norm_eps", "num_layers"),
  { site = "norm2 (modulated)", norm = LN0, width = DIM, eps = "norm_eps", count = "num_layers",
    when = "not norm_elementwise_affine", modulated = true },
  { site = "norm2 (modulated)", norm = LN, width = DIM, eps = "norm_eps", count = "num_layers",
    when = "norm_elementwise_affine", modulated = true },
  modulated("norm_out (modulated)", DIM, 1e-6, 1),
  { site = "caption_norm", norm = RMS, width = DIM, eps = 1e-5, count = 1, rounding = "promoted" },
  { site = "attn1: norm_q,norm_k", norm = RMS, width = DIM, eps = 1e-5, count = "2*num_layers",
    when = "is('qk_norm', 'rms_norm_across_heads')", rounding = "promoted" },
  { site = "attn2: norm_q,norm_k", norm = RMS, width = "num_cross_attention_heads*cross_attention_head_dim", eps = 1e-5,
    count = "2*num_layers", when = "is('qk_norm', 'rms_norm_across_heads')", rounding = "promoted" },
  default = { num_attention_heads = 70, attention_head_dim = 32, num_layers = 20, num_cross_attention_heads = 20,
    cross_attention_head_dim = 112, norm_elementwise_affine = false, norm_eps = 1e-6 } }
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
