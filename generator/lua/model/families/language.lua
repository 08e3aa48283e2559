-- SPDX-License-Identifier: MIT
-- families/language.lua: further models of text, in the order of their names.
-- family.lua says what the fields of an entry mean.
local family = require "model.family"
local F = family.table
local MAIN, HEAD_DIM = family.MAIN, family.HEAD_DIM
local LN, LNW, RMS, RMS1 = family.LN, family.LNW, family.RMS, family.RMS1

F.afmoe = { source = "transformers 5: AfmoeModel",
  { site = "q_norm,k_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers",
    rounding = "once" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "4*num_hidden_layers + 1",
    rounding = "once" },
  default = { head_dim = 128, hidden_size = 2048, num_hidden_layers = 32, rms_norm_eps = 1e-05 } }
F.align_text_model = { source = "transformers 5: AlignTextModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.aria_text = { source = "transformers 5: AriaTextModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 32, rms_norm_eps = 1e-06 } }
F.axk2 = { source = "transformers 5: AXK2Model",
  { site = "q_a_layernorm", norm = RMS, width = "q_lora_rank", eps = 1e-06, count = "num_hidden_layers" },
  { site = "kv_a_layernorm", norm = RMS, width = "kv_lora_rank", eps = 1e-06, count = "num_hidden_layers" },
  { site = "k_norm", norm = LN, width = "index_head_dim", eps = 1e-06, count = "num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 2048, index_head_dim = 128, kv_lora_rank = 128, num_hidden_layers = 48, q_lora_rank = 384,
    rms_norm_eps = 1e-06 } }
F["bert-generation"] = { source = "transformers 5: BertGenerationEncoder",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1024, layer_norm_eps = 1e-12, num_hidden_layers = 24 } }
-- cross attention normalises what it reads and what asks, after the last layer of the encoder and before the first of
-- the decoder, or in each
local BLT_CROSS = "2*(cross_attn_all_layers and num_hidden_layers or 1)"
F.blt_local_encoder = { source = "transformers 5: BltLocalEncoder",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps",
    count = "2*num_hidden_layers + " .. BLT_CROSS },
  default = { hidden_size = 1024, num_hidden_layers = 1, rms_norm_eps = 1e-05, cross_attn_all_layers = false } }
F.blt_local_decoder = { source = "transformers 5: BltLocalDecoder",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps",
    count = "2*num_hidden_layers + 1 + " .. BLT_CROSS },
  default = { hidden_size = 1024, num_hidden_layers = 9, rms_norm_eps = 1e-05, cross_attn_all_layers = true } }
F.blt_patcher = { source = "transformers 5: BltPatcher",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, num_hidden_layers = 14, rms_norm_eps = 1e-05 } }
F.bros = { source = "transformers 5: BrosModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.canine = { source = "transformers 5: CanineModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 7" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.cohere2_moe = { source = "transformers 5: Cohere2MoeModel",
  { site = MAIN, norm = LNW, width = "hidden_size", eps = "layer_norm_eps", count = "num_hidden_layers + 1" },
  default = { hidden_size = 8192, layer_norm_eps = 1e-05, num_hidden_layers = 40 } }
F.cohere_compass_text = { source = "transformers 5: CohereCompassTextModel",
  { site = MAIN, norm = LNW, width = "hidden_size", eps = "layer_norm_eps", count = "num_hidden_layers + 1" },
  default = { hidden_size = 8192, layer_norm_eps = 1e-05, num_hidden_layers = 40 } }
F.cosmos3_edge_text = { source = "transformers 5: Cosmos3EdgeTextModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 2048, num_hidden_layers = 28, rms_norm_eps = 1e-05 } }
F.cpmant = { source = "transformers 5: CpmAntModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "eps", count = "2*num_hidden_layers + 1" },
  default = { eps = 1e-06, hidden_size = 4096, num_hidden_layers = 48 } }
F.cwm = { source = "transformers 5: CwmModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 6144, num_hidden_layers = 64, rms_norm_eps = 1e-05 } }
F.dia_decoder = { source = "transformers 5: DiaDecoder",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "norm_eps", count = "3*num_hidden_layers + 1" },
  default = { hidden_size = 2048, norm_eps = 1e-05, num_hidden_layers = 18 } }
F.dia_encoder = { source = "transformers 5: DiaEncoder",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1024, norm_eps = 1e-05, num_hidden_layers = 12 } }
F.doge = { source = "transformers 5: DogeModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  { site = "q_norm,k_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  default = { hidden_size = 1024, head_dim = HEAD_DIM, num_attention_heads = 8, num_hidden_layers = 32,
    rms_norm_eps = 1e-06 } }
F.efficientloftr = { source = "transformers 5: EfficientLoFTRModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-05, count = "4*num_attention_layers" },
  default = { hidden_size = 256, num_attention_layers = 4 } }
F.ernie4_5_vl_moe_text = { source = "transformers 5: Ernie4_5_VLMoeTextModel", knows = { "use_rmsnorm" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 2560, num_hidden_layers = 28, rms_norm_eps = 1e-05 } }
F.eurobert = { source = "transformers 5: EuroBertModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, num_hidden_layers = 12, rms_norm_eps = 1e-05 } }
F.exaone_moe = { source = "transformers 5: ExaoneMoeModel",
  { site = "q_norm,k_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, head_dim = HEAD_DIM, num_attention_heads = 32, num_hidden_layers = 32,
    rms_norm_eps = 1e-05 } }
F.flava_multimodal_model = { source = "transformers 5: FlavaMultimodalModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 6 } }
F.flava_text_model = { source = "transformers 5: FlavaTextModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.fnet = { source = "transformers 5: FNetModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.fsmt = { source = "transformers 5: FSMTModel",
  { site = MAIN, norm = LN, width = "d_model", eps = 1e-05, count = "2*encoder_layers + 3*decoder_layers" },
  default = { d_model = 1024, decoder_layers = 12, encoder_layers = 12 } }
F.glm4v_moe_text = { source = "transformers 5: Glm4vMoeTextModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 46, rms_norm_eps = 1e-05 } }
F.glm_ocr_text = { source = "transformers 5: GlmOcrTextModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "4*num_hidden_layers + 1" },
  default = { hidden_size = 1024, num_hidden_layers = 16, rms_norm_eps = 1e-05 } }
F.granite_swa = { source = "transformers 5: GraniteSWAModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 2560, num_hidden_layers = 24, rms_norm_eps = 1e-05 } }
F.granitemoe_swa = { source = "transformers 5: GraniteMoeSWAModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 32, rms_norm_eps = 1e-06 } }
F.hy_v3 = { source = "transformers 5: HYV3Model",
  { site = "q_norm,k_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { head_dim = 128, hidden_size = 4096, num_hidden_layers = 80, rms_norm_eps = 1e-05 } }
F.idefics2_perceiver = { source = "transformers 5: Idefics2PerceiverResampler",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "3*resampler_depth + 1" },
  default = { hidden_size = 4096, resampler_depth = 3, rms_norm_eps = 1e-06 } }
F.jais2 = { source = "transformers 5: Jais2Model",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 3328, layer_norm_eps = 1e-05, num_hidden_layers = 32 } }
F.jetmoe = { source = "transformers 5: JetMoeModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = 1e-06, count = "2*num_hidden_layers" },
  { site = "norm", norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = 1 },
  default = { hidden_size = 2048, num_hidden_layers = 12, rms_norm_eps = 1e-06 } }
F.jina_embeddings_v3 = { source = "transformers 5: JinaEmbeddingsV3Model",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1024, layer_norm_eps = 1e-05, num_hidden_layers = 24 } }
F.kosmos_2_5_text_model = { source = "transformers 5: Kosmos2_5TextModel",
  { site = MAIN, norm = LN, width = "embed_dim", eps = "layer_norm_eps", count = "2*layers + 1" },
  { site = "ffn_layernorm", norm = LN, width = "ffn_dim", eps = "layer_norm_eps", count = "layers" },
  default = { embed_dim = 1536, ffn_dim = 6144, layer_norm_eps = 1e-05, layers = 24 } }
F.kosmos_2_text_model = { source = "transformers 5: Kosmos2TextModel",
  { site = MAIN, norm = LN, width = "embed_dim", eps = "layer_norm_eps", count = "3*layers + 1" },
  { site = "ffn_layernorm", norm = LN, width = "ffn_dim", eps = "layer_norm_eps", count = "layers" },
  default = { embed_dim = 2048, ffn_dim = 8192, layer_norm_eps = 1e-05, layers = 24 } }
F.laguna = { source = "transformers 5: LagunaModel",
  { site = "q_norm,k_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { head_dim = 128, hidden_size = 2048, num_hidden_layers = 40, rms_norm_eps = 1e-06 } }
F.lilt = { source = "transformers 5: LiltModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  { site = "layout_embeddings.LayerNorm,layout_output.LayerNorm", norm = LN,
    width = "hidden_size//channel_shrink_ratio", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { channel_shrink_ratio = 4, hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.luke = { source = "transformers 5: LukeModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
-- text and image share the norm after cross attention
F.lxmert = { source = "transformers 5: LxmertModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-12, count = "2*l_layers + 6*x_layers + 2*r_layers + 3" },
  default = { hidden_size = 768, l_layers = 9, r_layers = 5, x_layers = 5 } }
F.markuplm = { source = "transformers 5: MarkupLMModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.mellum = { source = "transformers 5: MellumModel",
  { site = "q_norm,k_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { head_dim = 128, hidden_size = 2304, num_hidden_layers = 28, rms_norm_eps = 1e-06 } }
F.metaclip_2_text_model = { source = "transformers 5: MetaClip2TextModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 512, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.minimax_m3_vl_text = { source = "transformers 5: MiniMaxM3VLTextModel, MiniMaxM3VLIndexer",
  { site = "indexer.q_norm,k_norm", norm = RMS1, width = "sub('sparse_attention_config', 'sparse_index_dim')"
      .. " or index_head_dim", eps = "rms_norm_eps", rounding = "once",
    count = "2*(count('layer_types', 'minimax_m3_sparse')"
      .. " or subcount('sparse_attention_config', 'sparse_attention_freq', 1))" },
  { site = "q_norm,k_norm", norm = RMS1, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers",
    rounding = "once" },
  { site = MAIN, norm = RMS1, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1",
    rounding = "once" },
  default = { head_dim = 128, hidden_size = 6144, num_hidden_layers = 60, rms_norm_eps = 1e-06,
    index_head_dim = 128 } }
F.mistral4 = { source = "transformers 5: Mistral4Model",
  { site = "q_a_layernorm", norm = RMS, width = "q_lora_rank", eps = 1e-06, count = "num_hidden_layers" },
  { site = "kv_a_layernorm", norm = RMS, width = "kv_lora_rank", eps = 1e-06, count = "num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, kv_lora_rank = 256, num_hidden_layers = 36, q_lora_rank = 1024,
    rms_norm_eps = 1e-06 } }
F.mra = { source = "transformers 5: MraModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.muse_glimmer_assistant = { source = "transformers 5: MuseGlimmerAssistantModel",
  { site = "q_norm,k_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { head_dim = 128, hidden_size = 6656, num_hidden_layers = 5, rms_norm_eps = 1e-05 } }
F.muse_glimmer_text = { source = "transformers 5: MuseGlimmerTextModel", rounding = "once",
  { site = MAIN, norm = RMS1, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = "post_attention_layernorm,post_feedforward_layernorm", norm = RMS1, width = "hidden_size",
    eps = "post_norm_eps", count = "2*num_hidden_layers" },
  { site = "norm", norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = 1 },
  { site = "embed_norm (no weight)", norm = family.RMS0, width = "hidden_size", eps = "rms_norm_eps", count = 1 },
  { site = "qk_norm (per head, no weight)", norm = family.RMS0, width = "head_dim", eps = "rms_norm_eps",
    count = "2*num_hidden_layers" },
  default = { head_dim = 128, hidden_size = 6656, num_hidden_layers = 52, rms_norm_eps = 1e-05,
    post_norm_eps = 1e-08 } }
F.mvp = { source = "transformers 5: MvpModel",
  { site = MAIN, norm = LN, width = "d_model", eps = 1e-05, count = "2*encoder_layers + 3*decoder_layers + 2" },
  default = { d_model = 1024, decoder_layers = 12, encoder_layers = 12 } }
F["nllb-moe"] = { source = "transformers 5: NllbMoeModel",
  { site = MAIN, norm = LN, width = "d_model", eps = 1e-05, count = "2*encoder_layers + 3*decoder_layers + 2" },
  default = { d_model = 1024, decoder_layers = 12, encoder_layers = 12 } }
F.nomic_bert = { source = "transformers 5: NomicBertModel", alias = { layer_norm_eps = "layer_norm_epsilon" },
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.openai_privacy_filter = { source = "transformers 5: OpenAIPrivacyFilterModel", rounding = "once",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 640, num_hidden_layers = 8, rms_norm_eps = 1e-05 } }
F.paddleocr_vl_text = { source = "transformers 5: PaddleOCRTextModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1024, num_hidden_layers = 18, rms_norm_eps = 1e-05 } }
F.pegasus_x = { source = "transformers 5: PegasusXModel",
  { site = MAIN, norm = LN, width = "d_model", eps = 1e-05, count = "3*encoder_layers + 3*decoder_layers + 2" },
  default = { d_model = 1024, decoder_layers = 16, encoder_layers = 16 } }
-- the block runs several times; what cross attention reads is as wide as the preprocessor of the class makes it
F.perceiver = { source = "transformers 5: PerceiverModel, PerceiverImagePreprocessor",
  { site = MAIN, norm = LN, width = "d_latents", eps = 1e-05, count = "2*num_blocks*num_self_attends_per_block + 2" },
  { site = "layernorm2", norm = LN, eps = 1e-05, count = 1, when = "head('Multimodal') == 0",
    width = "head('ImageClassificationLearned') == 1 and 512 or head('ImageClassificationFourier') == 1 and 261"
      .. " or head('ImageClassificationConv', 'OpticalFlow') == 1 and 322 or d_model" },
  { site = "layernorm2", norm = LN, width = 704, eps = 1e-05, count = 1, when = "head('Multimodal') == 1",
    guess = true },
  default = { d_latents = 1280, d_model = 768, num_blocks = 1, num_self_attends_per_block = 26 } }
F.pix2struct_text_model = { source = "transformers 5: Pix2StructTextModel", rounding = "promoted",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "layer_norm_epsilon", count = "3*num_layers + 1" },
  default = { hidden_size = 768, layer_norm_epsilon = 1e-06, num_layers = 12 } }
F.qwen3_omni_moe_code2wav = { source = "transformers 5: Qwen3OmniMoeCode2Wav",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  { site = "upsample.norm", norm = LN, width = "hidden_size", eps = 1e-06, count = "len('upsampling_ratios')" },
  default = { hidden_size = 1024, num_hidden_layers = 8, rms_norm_eps = 1e-05, upsampling_ratios = { 2, 2 } } }
F.qwen3_omni_moe_talker_text = family.like(F.qwen3_moe, { source = "transformers 5: Qwen3OmniMoeTalkerModel",
  default = { hidden_size = 1024, num_attention_heads = 16, num_hidden_layers = 20 } })
F.qwen3_omni_moe_talker_code_predictor = { source = "transformers 5: Qwen3OmniMoeTalkerCodePredictorModel",
  { site = "q_norm,k_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { head_dim = 128, hidden_size = 1024, num_hidden_layers = 5, rms_norm_eps = 1e-06 } }
F.roc_bert = { source = "transformers 5: RoCBertModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.solar_open = { source = "transformers 5: SolarOpenModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 48, rms_norm_eps = 1e-05 } }
F.tapas = { source = "transformers 5: TapasModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.timesfm = { source = "transformers 5: TimesFmModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-06, count = "num_hidden_layers" },
  { site = "input_layernorm", norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "num_hidden_layers" },
  default = { hidden_size = 1280, num_hidden_layers = 50, rms_norm_eps = 1e-06 } }
F.timesfm2_5 = { source = "transformers 5: TimesFm2_5Model",
  { site = "q_norm,k_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "4*num_hidden_layers" },
  default = { head_dim = 80, hidden_size = 1280, num_hidden_layers = 20, rms_norm_eps = 1e-06 } }
F.xclip_text_model = { source = "transformers 5: XCLIPTextModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 512, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.yoso = { source = "transformers 5: YosoModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
