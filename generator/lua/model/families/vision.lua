-- SPDX-License-Identifier: MIT
-- families/vision.lua: further vision models and towers, in the order of their names.
-- family.lua says what the fields of an entry mean.
local family = require "model.family"
local F = family.table
local MAIN = family.MAIN
local LN, RMS = family.LN, family.RMS

F.aimv2_text_model = { source = "transformers 5: Aimv2TextModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, num_hidden_layers = 12, rms_norm_eps = 1e-05 } }
F.aimv2_vision_model = { source = "transformers 5: Aimv2VisionModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 1024, num_hidden_layers = 24, rms_norm_eps = 1e-05 } }
F.blip_2_vision_model = { source = "transformers 5: Blip2VisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1408, layer_norm_eps = 1e-06, num_hidden_layers = 39 } }
F.blt_global_transformer = { source = "transformers 5: BltGlobalTransformer",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  default = { hidden_size = 2048, num_hidden_layers = 25, rms_norm_eps = 1e-05 } }
F.bridgetower_text_model = { source = "transformers 5: BridgeTowerTextModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.clipseg_text_model = { source = "transformers 5: CLIPSegTextModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 512, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.clipseg_vision_model = { source = "transformers 5: CLIPSegVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 768, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.convbert = { source = "transformers 5: ConvBertModel",
  { site = "embeddings.LayerNorm", norm = LN, width = "embedding_size", eps = "layer_norm_eps", count = 1 },
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers" },
  default = { embedding_size = 768, hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.cosmos3_edge_vision = { source = "transformers 5: Cosmos3EdgeVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1152, layer_norm_eps = 1e-06, num_hidden_layers = 27 } }
F.eomt = { source = "transformers 5: EomtForUniversalSegmentation",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  { site = "layernorm2d", norm = LN, width = "hidden_size", eps = 1e-06, count = "num_upscale_blocks" },
  default = { hidden_size = 1024, layer_norm_eps = 1e-06, num_hidden_layers = 24, num_upscale_blocks = 2 } }
F.eomt_dinov3 = { source = "transformers 5: EomtDinov3ForUniversalSegmentation",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  { site = "layernorm2d", norm = LN, width = "hidden_size", eps = 1e-06, count = "num_upscale_blocks" },
  default = { hidden_size = 1024, layer_norm_eps = 1e-06, num_hidden_layers = 24, num_upscale_blocks = 2 } }
F.ernie4_5_vl_moe_vision = { source = "transformers 5: Ernie4_5_VLMoeVisionTransformerPretrainedModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "rms_norm_eps", count = "2*depth + 1" },
  default = { depth = 32, hidden_size = 1280, rms_norm_eps = 1e-06 } }
F.DFNRope_vision_transformer = F.ernie4_5_vl_moe_vision
F.exaone4_5_vision = { source = "transformers 5: Exaone4_5_VisionModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = 1e-06, count = "2*depth + 1" },
  default = { depth = 32, hidden_size = 3584 } }
F.flava_image_model = { source = "transformers 5: FlavaImageModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.glm4v_moe_vision = { source = "transformers 5: Glm4vMoeVisionModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*depth + 2" },
  { site = "post_projection_norm", norm = LN, width = "out_hidden_size", eps = 1e-05, count = 1 },
  default = { depth = 24, hidden_size = 1536, out_hidden_size = 4096, rms_norm_eps = 1e-05 } }
F.glm_image_text = { source = "transformers 5: GlmImageTextModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "4*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 40, rms_norm_eps = 1e-05 } }
F.glm_image_vision = { source = "transformers 5: GlmImageVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*depth" },
  default = { depth = 40, hidden_size = 1536, layer_norm_eps = 1e-06 } }
F.glm_ocr_vision = { source = "transformers 5: GlmOcrVisionModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*depth + 1" },
  { site = "q_norm,k_norm", norm = RMS, width = "hidden_size//num_heads", eps = "rms_norm_eps", count = "2*depth" },
  { site = "post_projection_norm", norm = LN, width = "out_hidden_size", eps = 1e-05, count = 1 },
  default = { depth = 24, hidden_size = 1024, num_heads = 16, out_hidden_size = 1536, rms_norm_eps = 1e-05 } }
F.granite4_vision_text = { source = "transformers 5: Granite4VisionTextModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 32, rms_norm_eps = 1e-06 } }
F.groupvit_text_model = { source = "transformers 5: GroupViTTextModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 256, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.hunyuan_vl_vision = { source = "transformers 5: HunYuanVLVisionTransformer",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers" },
  { site = "before_rms", norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = 1 },
  { site = "after_rms", norm = RMS, width = "text_hidden_size", eps = "rms_norm_eps", count = 1 },
  default = { hidden_size = 1152, num_hidden_layers = 27, rms_norm_eps = 1e-05, text_hidden_size = 3072 } }
F.ijepa = { source = "transformers 5: IJepaModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.inkling_vision = { source = "transformers 5: InklingVisionModel",
  { site = "final_norm", norm = RMS, width = "text_hidden_size", eps = 1e-06, count = 1 },
  default = { text_hidden_size = 6144 } }
F.instructblip_vision_model = { source = "transformers 5: InstructBlipVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1408, layer_norm_eps = 1e-06, num_hidden_layers = 39 } }
F.instructblipvideo_vision_model = { source = "transformers 5: InstructBlipVideoVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1408, layer_norm_eps = 1e-06, num_hidden_layers = 39 } }
-- the last norm runs over all patches, and over the first one again
F.janus_vision_model = { source = "transformers 5: JanusVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 1024, layer_norm_eps = 1e-06, num_hidden_layers = 24 } }
F.kosmos_2_5_vision_model = { source = "transformers 5: Kosmos2_5VisionModel", rounding = "promoted",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1536, layer_norm_eps = 1e-06, num_hidden_layers = 18 } }
F.kosmos_2_vision_model = { source = "transformers 5: Kosmos2VisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 1024, layer_norm_eps = 1e-05, num_hidden_layers = 24 } }
F.longformer = { source = "transformers 5: LongformerModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.lw_detr_vit = { source = "transformers 5: LwDetrViTBackbone",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers" },
  default = { hidden_size = 768, layer_norm_eps = 1e-06, num_hidden_layers = 12 } }
F.metaclip_2_vision_model = { source = "transformers 5: MetaClip2VisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 768, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F["mgp-str"] = { source = "transformers 5: MgpstrForSceneTextRecognition",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 6" },
  default = { hidden_size = 768, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.minicpmv4_6_vision = { source = "transformers 5: MiniCPMV4_6VisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  { site = "pre_norm", norm = LN, width = "4*hidden_size", eps = "layer_norm_eps", count = 1 },
  default = { hidden_size = 768, layer_norm_eps = 1e-06, num_hidden_layers = 12 } }
F.minimax_m3_vl_vision = { source = "transformers 5: MiniMaxM3VLVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1280, layer_norm_eps = 1e-05, num_hidden_layers = 32 } }
F.mlcd = { source = "transformers 5: MLCDVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 1664, layer_norm_eps = 1e-05, num_hidden_layers = 48 } }
F.mlcd_vision_model = { source = "transformers 5: MLCDVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 1664, layer_norm_eps = 1e-05, num_hidden_layers = 48 } }
F.muse_glimmer_vision = { source = "transformers 5: MuseGlimmerVisionModel",
  { site = "ln_pre,ln_post", norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = 2 },
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-05, count = "2*num_hidden_layers" },
  default = { hidden_size = 1536, layer_norm_eps = 1e-05, num_hidden_layers = 50 } }
F.nystromformer = { source = "transformers 5: NystromformerModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.owlv2_text_model = { source = "transformers 5: Owlv2TextModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 512, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.owlv2_vision_model = { source = "transformers 5: Owlv2VisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 768, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.owlvit_text_model = { source = "transformers 5: OwlViTTextModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 512, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.owlvit_vision_model = { source = "transformers 5: OwlViTVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 768, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.paddleocr_vl_vision = { source = "transformers 5: PaddleOCRVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1152, layer_norm_eps = 1e-06, num_hidden_layers = 27 } }
F.phi4_multimodal_vision = { source = "transformers 5: Phi4MultimodalVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 2" },
  default = { hidden_size = 1152, layer_norm_eps = 1e-06, num_hidden_layers = 27 } }
F.pix2struct_vision_model = { source = "transformers 5: Pix2StructVisionModel", rounding = "promoted",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-06, num_hidden_layers = 12 } }
F.pixio = { source = "transformers 5: PixioModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1280, layer_norm_eps = 1e-06, num_hidden_layers = 32 } }
F.qwen3_5_moe_vision = { source = "transformers 5: Qwen3_5MoeVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-06, count = "2*depth + 1" },
  default = { depth = 27, hidden_size = 1152 } }
F.radio = { source = "transformers 5: RadioModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers" },
  default = { hidden_size = 1280, layer_norm_eps = 1e-06, num_hidden_layers = 32 } }
F.rf_detr_dinov2 = { source = "transformers 5: RfDetrDinov2Backbone",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-06, num_hidden_layers = 12 } }
F.sam2_hiera_det_model = { source = "transformers 5: Sam2HieraDetModel, Sam2MultiScaleBlock",
  -- the first norm of a stage is as wide as the stage before it
  { site = "stage $i", norm = LN, width = "item", eps = "layer_norm_eps", each = "embed_dim_per_stage",
    count = "2*at('blocks_per_stage', i) + (i < items and 1 or 0) - (i > 1 and 1 or 0)" },
  default = { embed_dim_per_stage = { 96, 192, 384, 768 }, blocks_per_stage = { 1, 2, 7, 2 },
    layer_norm_eps = 1e-06 } }
F.sam2_mask_decoder = { source = "transformers 5: Sam2MaskDecoder, Sam2TwoWayTransformer",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-05, count = "4*num_hidden_layers + 1" },
  { site = "upscale_layer_norm", norm = LN, width = "hidden_size//4", eps = 1e-06, count = 1 },
  ignores = { "layer_norm_eps" }, default = { hidden_size = 256, num_hidden_layers = 2 } }
F.sam3_detr_decoder = { source = "transformers 5: Sam3DetrDecoder",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-05, count = "7*num_layers" },
  ignores = { "layer_norm_eps" }, default = { hidden_size = 256, num_layers = 6 } }
F.sam3_detr_encoder = { source = "transformers 5: Sam3DetrEncoder",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-05, count = "3*num_layers" },
  ignores = { "layer_norm_eps" }, default = { hidden_size = 256, num_layers = 6 } }
F.sam3_geometry_encoder = { source = "transformers 5: Sam3GeometryEncoder",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-05, count = "3*num_layers + 3" },
  ignores = { "layer_norm_eps" }, default = { hidden_size = 256, num_layers = 3 } }
F.sam3_mask_decoder = { source = "transformers 5: Sam3MaskDecoder",
  { site = "prompt_cross_attn_norm", norm = LN, width = "hidden_size", eps = 1e-05, count = 1 },
  ignores = { "layer_norm_eps" }, remark = "the GroupNorms of the pixel decoder are not listed",
  default = { hidden_size = 256 } }
F.sam3_vit_model = { source = "transformers 5: Sam3ViTModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1024, layer_norm_eps = 1e-06, num_hidden_layers = 32 } }
F.sam_hq_vision_model = { source = "transformers 5: SamHQVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers" },
  { site = "layer_norm1,layer_norm2", norm = LN, width = "output_channels", eps = 1e-06, count = 2 },
  default = { hidden_size = 768, layer_norm_eps = 1e-06, num_hidden_layers = 12, output_channels = 256 } }
F.sam_mask_decoder = { source = "transformers 5: SamMaskDecoder, SamTwoWayTransformer",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "4*num_hidden_layers" },
  { site = "layer_norm_final_attn", norm = LN, width = "hidden_size", eps = 1e-05, count = 1 },
  { site = "upscale_layer_norm", norm = LN, width = "hidden_size//4", eps = 1e-06, count = 1 },
  default = { hidden_size = 256, layer_norm_eps = 1e-06, num_hidden_layers = 2 } }
-- runs where a mask is among the prompts
F.sam_prompt_encoder = { source = "transformers 5: SamPromptEncoder, SamMaskEmbedding",
  { site = "mask_embed.layer_norm1", norm = LN, width = "mask_input_channels//4", eps = "layer_norm_eps", count = 1 },
  { site = "mask_embed.layer_norm2", norm = LN, width = "mask_input_channels", eps = "layer_norm_eps", count = 1 },
  default = { layer_norm_eps = 1e-06, mask_input_channels = 16 } }
F.sam_vision_model = { source = "transformers 5: SamVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers" },
  { site = "layer_norm1,layer_norm2", norm = LN, width = "output_channels", eps = 1e-06, count = 2 },
  default = { hidden_size = 768, layer_norm_eps = 1e-06, num_hidden_layers = 12, output_channels = 256 } }
F.seggpt = { source = "transformers 5: SegGptModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1024, layer_norm_eps = 1e-06, num_hidden_layers = 24 } }
F.step3p5_vision = { source = "transformers 5: Step3p7VisionModel",
  alias = { hidden_size = "width", num_hidden_layers = "layers" },
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1536, layer_norm_eps = 1e-05, num_hidden_layers = 47 } }
F.timesformer = { source = "transformers 5: TimesformerModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps",
    count = "(is('attention_type', 'divided_space_time') and 3 or 2)*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-06, num_hidden_layers = 12,
    attention_type = "'divided_space_time'" } }
F.tipsv2_text_model = { source = "transformers 5: Tipsv2TextModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
F.tipsv2_vision_model = { source = "transformers 5: Tipsv2VisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-06, num_hidden_layers = 12 } }
F.video_llama_3_vision = { source = "transformers 5: VideoLlama3VisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-06, num_hidden_layers = 12 } }
F.vitpose_backbone = { source = "transformers 5: VitPoseBackbone",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.vivit = { source = "transformers 5: VivitModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-06, num_hidden_layers = 12 } }
F.vjepa2 = { source = "transformers 5: VJEPA2Model",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  { site = "norm1,norm2,predictor.layernorm", norm = LN, width = "pred_hidden_size", eps = "layer_norm_eps",
    count = "2*pred_num_hidden_layers + 1" },
  default = { hidden_size = 1024, layer_norm_eps = 1e-06, num_hidden_layers = 24, pred_hidden_size = 384,
    pred_num_hidden_layers = 12 } }
F.xclip_vision_model = { source = "transformers 5: XCLIPVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "3*num_hidden_layers + 2" },
  default = { hidden_size = 768, layer_norm_eps = 1e-05, num_hidden_layers = 12 } }
