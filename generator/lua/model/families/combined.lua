-- SPDX-License-Identifier: MIT
-- families/combined.lua: further models with nested configs, in the order of their names.
-- family.lua says what the fields of an entry mean.
local family = require "model.family"
local F = family.table
local MAIN = family.MAIN
local LN, RMS = family.LN, family.RMS
local BACKBONES = { swin = "swin_backbone", dinov2 = "dinov2_backbone", dinov2_with_registers = "dinov2_backbone",
  convnext = "convnext_backbone", convnextv2 = "convnext_backbone" }
local SWIN = { "backbone_config", "swin_backbone", as = BACKBONES }
local DINOV2 = { "backbone_config", "dinov2_backbone", as = BACKBONES }

F.aimv2 = { source = "transformers 5: Aimv2Model",
  parts = { { "text_config", "aimv2_text_model" }, { "vision_config", "aimv2_vision_model" } } }
F.align = { source = "transformers 5: AlignModel",
  parts = { { "text_config", "align_text_model" }, { "vision_config",
    none = "convolutions and batch normalisation, without a LayerNorm" } } }
F.aria = { source = "transformers 5: AriaModel",
  { site = "cross_attn.layer_norm,layer_norm_kv,multi_modal_projector.layer_norm", norm = LN,
    width = "part('vision_config', 'hidden_size')", eps = 1e-05, count = 3, when = "has('vision_config')" },
  parts = { { "vision_config", "idefics3_vision" }, { "text_config", "aria_text" } } }
F.audioflamingo3 = { source = "transformers 5: AudioFlamingo3Model",
  parts = { { "audio_config", "audioflamingo3_encoder" }, { "text_config", "qwen2" } } }
F["blip-2"] = { source = "transformers 5: Blip2Model",
  parts = { { "vision_config", "blip_2_vision_model" }, { "qformer_config", "blip_2_qformer" }, { "text_config",
    "opt" } } }
F.blt = { source = "transformers 5: BltModel",
  default = { patch_in_forward = true },
  parts = { { "patcher_config", "blt_patcher", when = "patch_in_forward" },
    { "patcher_config", none = "not run, since patch_in_forward is false", when = "not patch_in_forward" },
    { "encoder_config", "blt_local_encoder" }, { "decoder_config",
    "blt_local_decoder" }, { "global_config", "blt_global_transformer" } } }
F.clipseg = { source = "transformers 5: CLIPSegModel",
  parts = { { "text_config", "clipseg_text_model" }, { "vision_config", "clipseg_vision_model" } } }
F.cohere2_vision = { source = "transformers 5: Cohere2VisionModel",
  parts = { { "vision_config", "siglip_vision_model" }, { "text_config", "cohere2" } } }
F.cohere_asr = { source = "transformers 5: CohereAsrModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-05, count = "3*num_hidden_layers + 2" },
  default = { hidden_size = 1024, num_hidden_layers = 8 },
  parts = { { "encoder_config", "parakeet_encoder" } } }
F.cohere_compass = { source = "transformers 5: CohereCompassModel",
  parts = { { "text_config", "cohere_compass_text" }, { "vision_config", "cohere_compass_vision" } } }
F.colmodernvbert = { source = "transformers 5: ColModernVBertForRetrieval",
  parts = { { "vlm_config", "modernvbert" } } }
F.colqwen2 = { source = "transformers 5: ColQwen2ForRetrieval",
  parts = { { "vlm_config", "qwen2_vl" } } }
F.conditional_detr = { source = "transformers 5: ConditionalDetrModel",
  { site = MAIN, norm = LN, width = "d_model", eps = 1e-05, count = "2*encoder_layers + 3*decoder_layers + 1" },
  default = { d_model = 256, decoder_layers = 6, encoder_layers = 6 },
  parts = { { "backbone_config", "resnet" } } }
F.cosmos3_edge = { source = "transformers 5: Cosmos3EdgeModel",
  { site = "projector.norm", norm = LN, width = "part('vision_config', 'hidden_size')", eps = 1e-06, count = 1,
    when = "has('vision_config')" },
  parts = { { "text_config", "cosmos3_edge_text" }, { "vision_config", "cosmos3_edge_vision" } } }
F.cosmos3_omni = { source = "transformers 5: Cosmos3OmniModel",
  parts = { { "text_config", "qwen3_vl_text" }, { "vision_config", "qwen3_vl_vision" } } }
F.d_fine = { source = "transformers 5: DFineModel",
  { site = "self_attn_layer_norm,final_layer_norm", norm = LN, width = "encoder_hidden_dim", eps = "layer_norm_eps",
    count = "2*encoder_layers" },
  { site = MAIN, norm = LN, width = "d_model", eps = "layer_norm_eps", count = "2*decoder_layers + 1" },
  { site = "gateway.norm", norm = LN, width = "d_model", eps = 1e-05, count = "decoder_layers" },
  default = { d_model = 256, decoder_layers = 6, encoder_hidden_dim = 256, encoder_layers = 1,
    layer_norm_eps = 1e-05 },
  parts = { { "backbone_config", "hgnet_v2" } } }
-- the attention of the text model has no latent norms
F.deepseek_ocr2_text = family.like(F.llama, { source = "transformers 5: DeepseekOcr2TextModel" })
F.deepseek_ocr2_encoder = family.like(F.qwen2, { source = "transformers 5: DeepseekOcr2VisionEncoder" })
F.deepseek_ocr2_sam_vision_model = family.like(F.sam_vision_model, {
  source = "transformers 5: DeepseekOcr2SamVisionEncoder" })
F.deepseek_ocr2 = { source = "transformers 5: DeepseekOcr2Model",
  parts = { { "text_config", "deepseek_ocr2_text", fixed = true },
    { "vision_config", "deepseek_ocr2_vision", fixed = true } } }
F.deepseek_ocr2_vision = { source = "transformers 5: DeepseekOcr2VisionModel",
  parts = { { "sam_config", "deepseek_ocr2_sam_vision_model" }, { "encoder_config", "deepseek_ocr2_encoder" } } }
F.deepseek_vl = { source = "transformers 5: DeepseekVLModel",
  parts = { { "text_config", "llama" }, { "vision_config", "siglip_vision_model" } } }
F.deepseek_vl_hybrid = { source = "transformers 5: DeepseekVLHybridModel",
  { site = "layer_norm1,layer_norm2", norm = LN, width = "part('high_res_vision_config', 'output_channels')",
    eps = 1e-06, count = 2, when = "has('high_res_vision_config')" },
  parts = { { "text_config", "llama" }, { "vision_config", "siglip_vision_model" }, { "high_res_vision_config",
    "sam_vision_model" } } }
F.depth_anything = { source = "transformers 5: DepthAnythingForDepthEstimation",
  parts = { DINOV2 } }
F.depth_pro = { source = "transformers 5: DepthProModel",
  parts = { { "image_model_config", "dinov2" }, { "patch_model_config", "dinov2" }, { "fov_model_config",
    "dinov2" } } }
F.dia = { source = "transformers 5: DiaModel",
  parts = { { "encoder_config", "dia_encoder" }, { "decoder_config", "dia_decoder" } } }
F.ernie4_5_vl_moe = { source = "transformers 5: Ernie4_5_VLMoeModel", flat = "ernie4_5_vl_moe_text",
  { site = "ln", norm = LN, width = "4*part('vision_config', 'hidden_size')",
    eps = "part('vision_config', 'rms_norm_eps')", count = 2, when = "has('vision_config')" },
  { site = "after_norm", norm = RMS, width = "part('text_config', 'hidden_size') or hidden_size",
    eps = "part('text_config', 'rms_norm_eps') or rms_norm_eps", count = 1, when = "has('vision_config')" },
  classes = { "^Ernie4_5_VLMoe" }, default = { hidden_size = 2560, rms_norm_eps = 1e-05 },
  parts = { { "text_config", "ernie4_5_vl_moe_text" }, { "vision_config", "ernie4_5_vl_moe_vision" } } }
F.ernie4_5_moe_vl = F.ernie4_5_vl_moe
F.exaone4_5 = { source = "transformers 5: Exaone4_5_Model",
  parts = { { "text_config", "exaone4" }, { "vision_config", "exaone4_5_vision" } } }
F.fast_vlm = { source = "transformers 5: FastVlmModel",
  parts = { { "vision_config", "timm_wrapper" }, { "text_config", "qwen2" } } }
F.flava = { source = "transformers 5: FlavaModel",
  parts = { { "image_config", "flava_image_model" }, { "text_config", "flava_text_model" }, { "multimodal_config",
    "flava_multimodal_model" }, { "image_codebook_config", "" } } }
F.florence2 = { source = "transformers 5: Florence2Model",
  { site = "image_proj_norm", norm = LN, width = "part('vision_config', 'projection_dim')", eps = 1e-05, count = 1,
    when = "has('vision_config')" },
  parts = { { "text_config", "bart" }, { "vision_config", "florence_vision" } } }
F.fuyu = { source = "transformers 5: FuyuModel", flat = "persimmon",
  parts = { { "text_config", "persimmon" } } }
F.glm46v = { source = "transformers 5: Glm46VModel",
  parts = { { "text_config", "glm4v_text" }, { "vision_config", "glm4v_vision" } } }
F.glm4v_moe = { source = "transformers 5: Glm4vMoeModel",
  parts = { { "text_config", "glm4v_moe_text" }, { "vision_config", "glm4v_moe_vision" } } }
F.glm_image = { source = "transformers 5: GlmImageModel",
  parts = { { "text_config", "glm_image_text" }, { "vision_config", "glm_image_vision" }, { "vq_config",
    "glm_image_vqmodel" } } }
F.glm_ocr = { source = "transformers 5: GlmOcrModel",
  parts = { { "text_config", "glm_ocr_text" }, { "vision_config", "glm_ocr_vision" } } }
F.glmasr = { source = "transformers 5: GlmAsrModel",
  parts = { { "audio_config", "glmasr_encoder" }, { "text_config", "llama" } } }
F.glmga = { source = "transformers 5: Glm46VModel",
  parts = { { "text_config", "glm4v_text" }, { "vision_config", "glm4v_vision" } } }
F.got_ocr2 = { source = "transformers 5: GotOcr2Model",
  parts = { { "vision_config", "" }, { "text_config", "qwen2" } } }
F.granite_speech = { source = "transformers 5: GraniteSpeechModel",
  parts = { { "text_config", "granite" }, { "encoder_config", "granite_speech_encoder" }, { "projector_config",
    "blip_2_qformer" } } }
F.granite_speech_plus = { source = "transformers 5: GraniteSpeechPlusModel",
  parts = { { "text_config", "granite" }, { "encoder_config", "granite_speech_plus_encoder" }, { "projector_config",
    "blip_2_qformer" } } }
F.idefics2 = { source = "transformers 5: Idefics2Model",
  parts = { { "vision_config", "idefics2_vision" }, { "perceiver_config", "idefics2_perceiver" }, { "text_config",
    "mistral" } } }
F.inkling_mm_model = { source = "transformers 5: InklingModel",
  parts = { { "text_config", "inkling_text" }, { "audio_config", "inkling_audio" }, { "vision_config",
    "inkling_vision" } } }
F.instructblip = { source = "transformers 5: InstructBlipModel",
  parts = { { "vision_config", "instructblip_vision_model" }, { "qformer_config", "instructblip_qformer" },
    { "text_config", "opt" } } }
F.instructblipvideo = { source = "transformers 5: InstructBlipVideoModel",
  parts = { { "vision_config", "instructblipvideo_vision_model" }, { "qformer_config", "instructblipvideo_qformer" },
    { "text_config", "opt" } } }
F.internvl = { source = "transformers 5: InternVLModel",
  { site = "multi_modal_projector.layer_norm", norm = LN, eps = 1e-05, count = 1, when = "has('vision_config')",
    width = "part('vision_config', 'hidden_size')*floor(1/downsample_ratio)^2" },
  default = { downsample_ratio = 0.5 },
  parts = { { "vision_config", "internvl_vision" }, { "text_config", "qwen2" } } }
F.janus = { source = "transformers 5: JanusModel",
  parts = { { "text_config", "llama" }, { "vision_config", "janus_vision_model" },
    { "vq_config", none = "GroupNorms, which lngen does not list" } } }
F["kosmos-2"] = { source = "transformers 5: Kosmos2Model",
  parts = { { "text_config", "kosmos_2_text_model" }, { "vision_config", "kosmos_2_vision_model" } } }
F["kosmos-2.5"] = { source = "transformers 5: Kosmos2_5Model",
  parts = { { "text_config", "kosmos_2_5_text_model" }, { "vision_config", "kosmos_2_5_vision_model" } } }
F.kyutai_speech_to_text = { source = "transformers 5: KyutaiSpeechToTextModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1",
    rounding = "once" },
  default = { hidden_size = 2048, num_hidden_layers = 48, rms_norm_eps = 1e-08 },
  parts = { { "codec_config", "mimi",
    guess = "encoder and decoder of a codec may not both run" } } }
F.lasr_ctc = { source = "transformers 5: LasrForCTC",
  parts = { { "encoder_config", "lasr_encoder" } } }
F.lighton_ocr = { source = "transformers 5: LightOnOcrModel",
  { site = "vision_projection.norm", norm = RMS, width = "part('vision_config', 'hidden_size')",
    eps = "part('text_config', 'rms_norm_eps')", count = 1, when = "has('vision_config')" },
  parts = { { "vision_config", "pixtral" }, { "text_config", "qwen3" } } }
-- the last norm of the decoder runs after each of its layers; only the first group of queries runs outside training
F.lw_detr = { source = "transformers 5: LwDetrModel",
  { site = MAIN, norm = LN, width = "d_model", eps = 1e-05, count = "4*decoder_layers + 1" },
  default = { d_model = 256, decoder_layers = 3 },
  parts = { { "backbone_config", "lw_detr_vit" } } }
-- the norm that the masks are predicted from runs before the first layer and after each
F.mask2former = { source = "transformers 5: Mask2FormerModel",
  { site = "self_attn_layer_norm,final_layer_norm", norm = LN, width = "feature_size", eps = 1e-05,
    count = "2*encoder_layers" },
  { site = MAIN, norm = LN, width = "hidden_dim", eps = 1e-05, count = "4*decoder_layers - 3" },
  default = { decoder_layers = 10, encoder_layers = 6, feature_size = 256, hidden_dim = 256 },
  parts = { SWIN } }
F.metaclip_2 = { source = "transformers 5: MetaClip2Model",
  parts = { { "text_config", "metaclip_2_text_model" }, { "vision_config", "metaclip_2_vision_model" } } }
F.minicpmv4_6 = { source = "transformers 5: MiniCPMV4_6Model",
  { site = MAIN, norm = LN, width = "4*part('vision_config', 'hidden_size')", eps = 1e-06, count = "merger_times",
    when = "has('vision_config')" },
  default = { merger_times = 1 },
  parts = { { "text_config", "qwen3_5_text" }, { "vision_config", "minicpmv4_6_vision" } } }
-- some files have other types in their parts, which the model does not look at
F.minimax_m3_vl = { source = "transformers 5: MiniMaxM3VLModel",
  parts = { { "vision_config", "minimax_m3_vl_vision", fixed = true },
    { "text_config", "minimax_m3_vl_text", fixed = true } } }
-- the last norm of the decoder runs after each of its layers
F["mm-grounding-dino"] = { source = "transformers 5: MMGroundingDinoModel",
  { site = MAIN, norm = LN, width = "d_model", eps = "layer_norm_eps",
    count = "6*encoder_layers + 5*decoder_layers + (two_stage and 1 or 0)" },
  default = { d_model = 256, decoder_layers = 6, encoder_layers = 6, layer_norm_eps = 1e-05, two_stage = true },
  remark = "the GroupNorms of input_proj_vision are not listed",
  parts = { SWIN, { "text_config", "bert" } } }
F["grounding-dino"] = family.like(F["mm-grounding-dino"], { source = "transformers 5: GroundingDinoModel" })
F.modernvbert = { source = "transformers 5: ModernVBertModel",
  parts = { { "text_config", "modernbert" }, { "vision_config", "siglip_vision_model" } } }
F.moshi = { source = "transformers 5: MoshiModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1",
    rounding = "once" },
  default = { hidden_size = 4096, num_hidden_layers = 32, rms_norm_eps = 1e-08 },
  parts = { { "audio_encoder_config", "mimi" }, { "depth_decoder_config", "moshi_depth" } } }
F.muse_glimmer = { source = "transformers 5: MuseGlimmerModel", rounding = "once",
  { site = "perception_emb_norm (no weight)", norm = family.RMS0, width = "part('text_config', 'hidden_size')",
    eps = "part('text_config', 'rms_norm_eps')", count = 1, when = "has('text_config') and has('vision_config')" },
  parts = { { "text_config", "muse_glimmer_text", fixed = true },
    { "vision_config", "muse_glimmer_vision", fixed = true } } }
F.musicflamingo = { source = "transformers 5: MusicFlamingoModel",
  parts = { { "audio_config", "audioflamingo3_encoder" }, { "text_config", "qwen2" } } }
F.nemotron3_5_asr = { source = "transformers 5: Nemotron3_5AsrForRNNT",
  parts = { { "encoder_config", "nemotron_asr_streaming_encoder" } } }
F.nemotron_asr_streaming = { source = "transformers 5: NemotronAsrStreamingForRNNT",
  parts = { { "encoder_config", "nemotron_asr_streaming_encoder" } } }
F.ovis2 = { source = "transformers 5: Ovis2Model",
  parts = { { "vision_config", "" }, { "text_config", "qwen2" } } }
F.owlv2 = { source = "transformers 5: Owlv2Model",
  parts = { { "text_config", "owlv2_text_model" }, { "vision_config", "owlv2_vision_model" } } }
F.owlvit = { source = "transformers 5: OwlViTModel",
  parts = { { "text_config", "owlvit_text_model" }, { "vision_config", "owlvit_vision_model" } } }
F.paddleocr_vl = { source = "transformers 5: PaddleOCRVLModel", flat = "paddleocr_vl_text",
  { site = "pre_norm", norm = LN, width = "part('vision_config', 'hidden_size')", eps = 1e-05, count = 1,
    when = "has('vision_config')" },
  parts = { { "text_config", "paddleocr_vl_text" }, { "vision_config", "paddleocr_vl_vision" } } }
F.parakeet_ctc = { source = "transformers 5: ParakeetForCTC",
  parts = { { "encoder_config", "parakeet_encoder" } } }
F.parakeet_rnnt = { source = "transformers 5: ParakeetForRNNT",
  parts = { { "encoder_config", "parakeet_encoder" } } }
F.parakeet_tdt = { source = "transformers 5: ParakeetForTDT",
  parts = { { "encoder_config", "parakeet_encoder" } } }
F.pe_audio = { source = "transformers 5: PeAudioModel",
  { site = "text_audio_head.layer_norm", norm = LN, width = "part('text_config', 'hidden_size')", eps = 1e-06,
    count = 1, when = "has('text_config')" },
  { site = "audio_head.layer_norm", norm = LN, width = "part('audio_config', 'hidden_size')", eps = 1e-06, count = 1,
    when = "has('audio_config')" },
  parts = { { "text_config", "modernbert" }, { "audio_config", "pe_audio_encoder" } } }
F.pe_audio_encoder = { source = "transformers 5: PeAudioEncoder",
  { site = "q_norm,k_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { head_dim = 128, hidden_size = 1792, num_hidden_layers = 6, rms_norm_eps = 1e-05 },
  parts = { { "dac_config", "dac" } } }
F.pe_audio_video_encoder = { source = "transformers 5: PeAudioVideoEncoder",
  { site = "video_norm", norm = LN, width = "part('audio_config', 'hidden_size')", eps = 1e-05, count = 1,
    when = "has('audio_config')" },
  { site = "q_norm,k_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { head_dim = 128, hidden_size = 1792, num_hidden_layers = 6, rms_norm_eps = 1e-05 },
  parts = { { "audio_config", "pe_audio_encoder" }, { "video_config", "pe_video_encoder" } } }
F.pe_video = { source = "transformers 5: PeVideoModel",
  { site = "text_video_head.layer_norm", norm = LN, width = "part('text_config', 'hidden_size')", eps = 1e-06,
    count = 1, when = "has('text_config')" },
  { site = "video_head.layer_norm", norm = LN, width = "part('video_config', 'hidden_size')", eps = 1e-06, count = 1,
    when = "has('video_config')" },
  parts = { { "text_config", "modernbert" }, { "video_config", "pe_video_encoder" } } }
F.pe_video_encoder = { source = "transformers 5: PeVideoEncoder",
  { site = "q_norm,k_norm", norm = RMS, width = "head_dim", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { head_dim = 128, hidden_size = 1792, num_hidden_layers = 6, rms_norm_eps = 1e-05 },
  parts = { { "vision_config", "timm_wrapper" } } }
F.pi0 = { source = "transformers 5: PI0Model",
  parts = { { "vlm_config", "paligemma" }, { "dit_config", "gemma" } } }
F.pix2struct = { source = "transformers 5: Pix2StructForConditionalGeneration",
  parts = { { "text_config", "pix2struct_text_model" }, { "vision_config", "pix2struct_vision_model" } } }
F.pp_chart2table = { source = "transformers 5: GotOcr2ForConditionalGeneration",
  parts = { { "vision_config", "" }, { "text_config", "qwen2" } } }
F.pp_doclayout_v2 = { source = "transformers 5: PPDocLayoutV2ForObjectDetection",
  { site = "self_attn_layer_norm,final_layer_norm", norm = LN, width = "encoder_hidden_dim", eps = "layer_norm_eps",
    count = "2*encoder_layers" },
  { site = MAIN, norm = LN, width = "d_model", eps = "layer_norm_eps", count = "3*decoder_layers + 1" },
  default = { d_model = 256, decoder_layers = 6, encoder_hidden_dim = 256, encoder_layers = 1,
    layer_norm_eps = 1e-05 },
  parts = { { "backbone_config", "hgnet_v2" }, { "reading_order_config", "" } } }
F.pp_doclayout_v3 = { source = "transformers 5: PPDocLayoutV3Model",
  { site = "self_attn_layer_norm,final_layer_norm", norm = LN, width = "encoder_hidden_dim", eps = "layer_norm_eps",
    count = "2*encoder_layers" },
  { site = MAIN, norm = LN, width = "d_model", eps = "layer_norm_eps", count = "3*decoder_layers + 2" },
  default = { d_model = 256, decoder_layers = 6, encoder_hidden_dim = 256, encoder_layers = 1,
    layer_norm_eps = 1e-05 },
  parts = { { "backbone_config", "hgnet_v2" } } }
F.pp_formulanet = { source = "transformers 5: PPFormulaNetForConditionalGeneration",
  parts = { { "text_config", "pp_formulanet" }, { "vision_config", "" } } }
F.pp_ocrv5_mobile_det = { source = "transformers 5: PPOCRV5MobileDetForObjectDetection",
  parts = { { "backbone_config", "pp_lcnet_v3" } } }
F.pp_ocrv5_mobile_rec = { source = "transformers 5: PPOCRV5MobileRecModel",
  parts = { { "backbone_config", "pp_lcnet_v3" } } }
F.pp_ocrv5_server_rec = { source = "transformers 5: PPOCRV5ServerRecModel",
  parts = { { "backbone_config", "hgnet_v2" } } }
F.pp_ocrv6_small_det = { source = "transformers 5: PPOCRV6SmallDetModel",
  parts = { { "backbone_config", "pp_lcnet_v4" } } }
F.pp_ocrv6_small_rec = { source = "transformers 5: PPOCRV6SmallRecModel",
  parts = { { "backbone_config", "pp_lcnet_v4" } } }
F.pp_ocrv6_tiny_rec = { source = "transformers 5: PPOCRV6TinyRecModel",
  parts = { { "backbone_config", "pp_lcnet_v4" } } }
F.prompt_depth_anything = { source = "transformers 5: PromptDepthAnythingForDepthEstimation",
  parts = { DINOV2 } }
F.qianfan_ocr = { source = "transformers 5: QianfanOCRModel",
  { site = "multi_modal_projector.layer_norm", norm = LN, width = "4*part('vision_config', 'hidden_size')",
    eps = 1e-05, count = 1, when = "has('vision_config')" },
  parts = { { "vision_config", "qianfan_ocr_vision" }, { "text_config", "qwen3" } } }
F.qwen3_omni_moe = { source = "transformers 5: Qwen3OmniMoeForConditionalGeneration",
  parts = { { "thinker_config", "qwen3_omni_moe_thinker" }, { "talker_config", "qwen3_omni_moe_talker" },
    { "code2wav_config", "qwen3_omni_moe_code2wav" } } }
F.qwen3_omni_moe_talker = { source = "transformers 5: Qwen3OmniMoeTalkerForConditionalGeneration",
  parts = { { "text_config", "qwen3_omni_moe_talker_text" }, { "code_predictor_config",
    "qwen3_omni_moe_talker_code_predictor" } } }
F.qwen3_omni_moe_thinker = { source = "transformers 5: Qwen3OmniMoeThinkerForConditionalGeneration",
  parts = { { "audio_config", "qwen3_omni_moe_audio_encoder" }, { "vision_config", "qwen3_omni_moe_vision_encoder" },
    { "text_config", "qwen3_omni_moe_text" } } }
F.rf_detr = { source = "transformers 5: RfDetrModel",
  { site = "backbone.layernorm", norm = LN, width = "part('backbone_config', 'hidden_size')",
    eps = "part('backbone_config', 'layer_norm_eps')", count = 1, when = "has('backbone_config')" },
  { site = "conv1.norm,conv2.norm", norm = LN, width = "d_model", eps = "layer_norm_eps", count = 2 },
  { site = "conv1.norm,conv2.norm", norm = LN, width = "d_model//2", eps = "layer_norm_eps",
    count = "2*c2f_num_blocks" },
  { site = "projector.layer_norm", norm = LN, width = "d_model", eps = 1e-06, count = 1 },
  { site = MAIN, norm = LN, width = "d_model", eps = 1e-05, count = "4*decoder_layers + 1" },
  default = { c2f_num_blocks = 3, d_model = 256, decoder_layers = 3, layer_norm_eps = 1e-05 },
  parts = { { "backbone_config", "rf_detr_dinov2" } } }
F.rt_detr = { source = "transformers 5: RTDetrModel",
  { site = "self_attn_layer_norm,final_layer_norm", norm = LN, width = "encoder_hidden_dim", eps = "layer_norm_eps",
    count = "2*encoder_layers" },
  { site = MAIN, norm = LN, width = "d_model", eps = "layer_norm_eps", count = "3*decoder_layers + 1" },
  default = { d_model = 256, decoder_layers = 6, encoder_hidden_dim = 256, encoder_layers = 1,
    layer_norm_eps = 1e-05 },
  parts = { { "backbone_config", "rt_detr_resnet" } } }
F.rt_detr_v2 = family.like(F.rt_detr, { source = "transformers 5: RTDetrV2Model" })
local PROMPTS = { "prompt_encoder_config", "sam_prompt_encoder" }
F.sam = { source = "transformers 5: SamModel",
  parts = { { "vision_config", "sam_vision_model" }, PROMPTS, { "mask_decoder_config", "sam_mask_decoder" } } }
F.sam2 = { source = "transformers 5: Sam2Model",
  parts = { { "vision_config", "sam2_vision_model" }, PROMPTS, { "mask_decoder_config", "sam2_mask_decoder" } } }
F.sam2_video = { source = "transformers 5: Sam2VideoModel",
  { site = "memory_attention", norm = LN, width = "memory_attention_hidden_size", eps = 1e-05,
    count = "3*memory_attention_num_layers + 1" },
  { site = "memory_fuser", norm = LN, width = "memory_fuser_embed_dim", eps = 1e-06,
    count = "memory_fuser_num_layers" },
  default = { memory_attention_hidden_size = 256, memory_attention_num_layers = 4, memory_fuser_embed_dim = 256,
    memory_fuser_num_layers = 2, mask_downsampler_stride = 2, mask_downsampler_total_stride = 16 },
  parts = F.sam2.parts }
-- each layer of the mask downsampler has as many channels as pixels that it has merged
for i = 1, 6 do
  F.sam2_video[i + 2] = { site = "mask_downsampler layer " .. i, norm = LN, eps = 1e-06, count = 1,
    width = ("mask_downsampler_stride^%d"):format(2*i),
    when = ("mask_downsampler_stride^%d <= mask_downsampler_total_stride"):format(i) }
end
F.sam3 = { source = "transformers 5: Sam3Model",
  { site = "dot_product_scoring.text_mlp_out_norm", norm = LN, eps = 1e-05, count = 1,
    width = "part('detr_decoder_config', 'hidden_size')", when = "has('detr_decoder_config')" },
  parts = { { "vision_config", "sam3_vision_model" }, { "text_config", "clip_text_model" },
    { "geometry_encoder_config", "sam3_geometry_encoder" }, { "detr_encoder_config", "sam3_detr_encoder" },
    { "detr_decoder_config", "sam3_detr_decoder" }, { "mask_decoder_config", "sam3_mask_decoder" } } }
F.sam3_tracker = { source = "transformers 5: Sam3TrackerModel",
  parts = { { "vision_config", "sam3_vision_model" }, PROMPTS, { "mask_decoder_config", "sam2_mask_decoder" } } }
F.sam3_tracker_video = family.like(F.sam2_video, { source = "transformers 5: Sam3TrackerVideoModel",
  parts = F.sam3_tracker.parts })
F.sam2_vision_model = { source = "transformers 5: Sam2VisionModel",
  parts = { { "backbone_config", "sam2_hiera_det_model" } } }
F.sam3_video = { source = "transformers 5: Sam3VideoModel",
  parts = { { "detector_config", "sam3" }, { "tracker_config", "sam3_tracker_video",
    without = { vision_config = "the tracker takes what the tower of the detector found" } } } }
F.sam3_vision_model = { source = "transformers 5: Sam3VisionModel",
  parts = { { "backbone_config", "sam3_vit_model" } } }
F.slanet = { source = "transformers 5: SLANetForTableRecognition",
  parts = { { "backbone_config", "pp_lcnet" } } }
F.slanext = { source = "transformers 5: SLANeXtForTableRecognition",
  parts = { { "vision_config", "" } } }
F.t5gemma2 = { source = "transformers 5: T5Gemma2Model",
  parts = { { "encoder", "t5gemma2_encoder" }, { "decoder", "t5gemma2_decoder" } } }
F["table-transformer"] = { source = "transformers 5: TableTransformerModel",
  { site = MAIN, norm = LN, width = "d_model", eps = 1e-05, count = "2*encoder_layers + 3*decoder_layers + 2" },
  default = { d_model = 256, decoder_layers = 6, encoder_layers = 6 },
  parts = { { "backbone_config", "resnet" } } }
F.tipsv2 = { source = "transformers 5: Tipsv2Model",
  parts = { { "text_config", "tipsv2_text_model" }, { "vision_config", "tipsv2_vision_model" } } }
F.tipsv2_dpt = { source = "transformers 5: Tipsv2DptForSemanticSegmentation",
  { site = "backbone.layernorm", norm = LN, width = "part('backbone_config', 'hidden_size')",
    eps = "part('backbone_config', 'layer_norm_eps')", count = 1, when = "has('backbone_config')" },
  parts = { { "backbone_config", "tipsv2_vision_model" } } }
F.tvp = { source = "transformers 5: TvpModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 },
  parts = { { "backbone_config", "resnet" } } }
F.upernet = { source = "transformers 5: UperNetForSemanticSegmentation",
  parts = { { "backbone_config", "resnet", as = BACKBONES } } }
F.uvdoc = { source = "transformers 5: UVDocModel",
  parts = { { "backbone_config", "uvdoc_backbone" } } }
F.vibevoice_asr = { source = "transformers 5: VibeVoiceAsrModel",
  { site = "acoustic_norm,semantic_norm", norm = RMS, width = "part('text_config', 'hidden_size')", eps = 1e-06,
    count = 2, when = "has('text_config')" },
  parts = { { "acoustic_tokenizer_encoder_config", "vibevoice_acoustic_tokenizer_encoder" },
    { "semantic_tokenizer_encoder_config", "vibevoice_acoustic_tokenizer_encoder" }, { "text_config", "qwen2" } } }
F.video_llama_3 = { source = "transformers 5: VideoLlama3Model",
  parts = { { "text_config", "qwen2" }, { "vision_config", "video_llama_3_vision" } } }
F.vitpose = { source = "transformers 5: VitPoseForPoseEstimation", remark = "the BatchNorms of the head are not listed",
  parts = { { "backbone_config", "vitpose_backbone" } } }
F.voxtral_realtime = { source = "transformers 5: VoxtralRealtimeModel",
  parts = { { "audio_config", "voxtral_realtime_encoder" }, { "text_config", "voxtral_realtime_text" } } }
F.xclip = { source = "transformers 5: XCLIPModel",
  { site = "prompts_visual_layernorm", norm = LN, width = "part('vision_config', 'hidden_size')",
    eps = "part('vision_config', 'layer_norm_eps')", count = 1, when = "has('vision_config')" },
  { site = "layer_norm1,layer_norm2", norm = LN, width = "part('vision_config', 'mit_hidden_size')",
    eps = "part('vision_config', 'layer_norm_eps')", count = 2, when = "has('vision_config')" },
  { site = "prompts_generator.layernorm", norm = LN, width = "projection_dim",
    eps = "part('vision_config', 'layer_norm_eps')", count = 1, when = "has('vision_config')" },
  { site = MAIN, norm = LN, width = "projection_dim", eps = "part('text_config', 'layer_norm_eps')",
    count = "2*prompt_layers", when = "has('text_config')" },
  default = { projection_dim = 512, prompt_layers = 2 },
  parts = { { "text_config", "xclip_text_model" }, { "vision_config", "xclip_vision_model" } } }
F.xcodec2 = { source = "transformers 5: Xcodec2Model",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = "acoustic_decoder.norm", norm = LN, width = "hidden_size", eps = 1e-06, count = 1 },
  default = { hidden_size = 1024, num_hidden_layers = 12, rms_norm_eps = 1e-06 },
  parts = { { "semantic_model_config", "wav2vec2-bert" } } }
