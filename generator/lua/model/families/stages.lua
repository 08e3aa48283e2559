-- SPDX-License-Identifier: MIT
-- families/stages.lua: models in stages of different widths, models with a Q-Former, conformers and others whose norms
-- depend on more than a width and a number of layers. family.lua says what the fields of an entry mean.
local family = require "model.family"
local F, like, main = family.table, family.like, family.main
local MAIN = family.MAIN
local LN, RMS = family.LN, family.RMS

-- Stages of different widths. The norm before each downsampling is as wide as the stage before it.
F.convnext = { source = "transformers 5 convnext: ConvNextEmbeddings, ConvNextStage, ConvNextLayer",
  { site = "stage $i", norm = LN, width = "item", eps = 1e-6, each = "hidden_sizes",
    count = "at('depths', i) + (i < items and 1 or 0) + (i == 1 and 1 or 0)" },
  { site = "layernorm", norm = LN, width = "last('hidden_sizes')", eps = "layer_norm_eps", count = 1 },
  default = { hidden_sizes = { 96, 192, 384, 768 }, depths = { 3, 3, 9, 3 }, layer_norm_eps = 1e-12 } }
F.convnextv2 = F.convnext
-- as the backbone of another model, it has a norm for each stage that it puts out in place of the last one
F.convnext_backbone = { source = "transformers 5 convnext: ConvNextBackbone", F.convnext[1],
  { site = "output of stage $i", norm = LN, width = "item", eps = 1e-6, each = "hidden_sizes",
    count = "count('out_features', 'stage' .. i) or count('out_indices', i) or i == items and 1 or 0" },
  default = F.convnext.default }
family.each_name("bit chameleon_vqgan dac efficientnet emu3_vqgan encodec hgnet_v2 janus_vqgan mobilenet_v1"
  .. " mobilenet_v2 pp_lcnet pp_lcnet_v3 pp_lcnet_v4 regnet resnet rt_detr_resnet univnet", {
  source = "transformers 5: ResNetModel and others that consist of convolutions",
  remark = "convolutions with BatchNorms, GroupNorms or none, without a LayerNorm or RMSNorm" })
F.dinov3_convnext = { source = "transformers 5 dinov3_convnext: DINOv3ConvNextStage, DINOv3ConvNextLayer",
  { site = "stage $i", norm = LN, width = "item", eps = "layer_norm_eps", each = "hidden_sizes",
    count = "at('depths', i) + 1 + (i == 1 and 1 or 0)" },
  default = { hidden_sizes = { 96, 192, 384, 768 }, depths = { 3, 3, 9, 3 }, layer_norm_eps = 1e-6 } }
-- the norm after the reduction of keys and values exists where the ratio is above 1
F.segformer = { source = "transformers 5 segformer: SegformerLayer, SegformerEfficientSelfAttention",
  { site = "stage $i", norm = LN, width = "item", eps = 1e-5, each = "hidden_sizes",
    count = "at('depths', i)*(2 + (at('sr_ratios', i) > 1 and 1 or 0)) + 2" },
  knows = { "layer_norm_eps", "decoder_hidden_size" },
  default = { hidden_sizes = { 32, 64, 160, 256 }, depths = { 2, 2, 2, 2 }, sr_ratios = { 8, 4, 2, 1 } } }
F.glpn = like(F.segformer, { source = "transformers 5 glpn: GLPNLayer, GLPNEfficientSelfAttention" })
F.pvt = { source = "transformers 5 pvt: PvtLayer, PvtEfficientSelfAttention, PvtEncoder",
  { site = "stage $i", norm = LN, width = "item", eps = "layer_norm_eps", each = "hidden_sizes",
    count = "at('depths', i)*(2 + (at('sequence_reduction_ratios', i) > 1 and 1 or 0)) + 1 + (i == items and 1 or 0)" },
  default = { hidden_sizes = { 64, 128, 320, 512 }, depths = { 2, 2, 2, 2 }, layer_norm_eps = 1e-6,
    sequence_reduction_ratios = { 8, 4, 2, 1 } } }
F.pvt_v2 = { source = "transformers 5 pvt_v2: PvtV2BlockLayer, PvtV2SelfAttention, PvtV2EncoderLayer",
  { site = "stage $i", norm = LN, width = "item", eps = "layer_norm_eps", each = "hidden_sizes",
    count = "at('depths', i)*(2 + ((linear_attention or at('sr_ratios', i) > 1) and 1 or 0)) + 2" },
  default = { hidden_sizes = { 32, 64, 160, 256 }, depths = { 2, 2, 2, 2 }, layer_norm_eps = 1e-6,
    sr_ratios = { 8, 4, 2, 1 } } }
F.cvt = { source = "transformers 5 cvt: CvtStage, CvtLayer, CvtConvEmbeddings",
  { site = "stage $i", norm = LN, width = "item", eps = 1e-5, each = "embed_dim", count = "2*at('depth', i) + 1" },
  default = { embed_dim = { 64, 192, 384 }, depth = { 1, 2, 10 } } }
F.mobilevit = { source = "transformers 5 mobilevit: MobileViTLayer, MobileViTTransformerLayer",
  { site = "transformer $i", norm = LN, width = "item", eps = "layer_norm_eps", each = "hidden_sizes",
    count = "2*(i == 1 and 2 or i == 2 and 4 or 3) + 1" },
  default = { hidden_sizes = { 144, 192, 240 }, layer_norm_eps = 1e-5 } }
-- a norm before or after the convolution that begins a stage
F.florence_vision = { source = "transformers 5 florence2: Florence2VisionBlock, Florence2VisionConvEmbed",
  { site = "stage $i", norm = LN, width = "item", eps = 1e-5, each = "embed_dim", count = "4*at('depths', i)" },
  { site = "convolution of stage $i", norm = LN, eps = 1e-5, each = "embed_dim", count = 1,
    width = "not holds('patch_prenorm', i) and item or i > 1 and at('embed_dim', i - 1) or in_channels" },
  alias = { embed_dim = "dim_embed", in_channels = "in_chans" },
  default = { embed_dim = { 128, 256, 512, 1024 }, depths = { 1, 1, 9, 1 }, in_channels = 3, projection_dim = 1024,
    patch_prenorm = { false, true, true, true } } }
F.davit = F.florence_vision
F.focalnet = { source = "transformers 5 focalnet: FocalNetStage, FocalNetLayer, FocalNetPatchEmbeddings",
  { site = "stage $i", norm = LN, width = "embed_dim*2^(i-1)", eps = "layer_norm_eps", count = "2*item",
    each = "depths" },
  { site = "patch embeddings of stage $i", norm = LN, width = "embed_dim*2^(i-1)", eps = 1e-5, count = 1,
    each = "depths" },
  { site = "layernorm", norm = LN, width = "embed_dim*2^(len('depths')-1)", eps = "layer_norm_eps", count = 1 },
  knows = { "use_post_layernorm" },
  default = { embed_dim = 96, depths = { 2, 2, 6, 2 }, layer_norm_eps = 1e-5 } }
F.dinat = { source = "transformers 5 dinat: DinatStage, DinatLayer, DinatDownsampler, DinatEmbeddings",
  { site = "stage $i", norm = LN, width = "embed_dim*2^(i-1)", eps = "layer_norm_eps", count = "2*item",
    each = "depths" },
  { site = "downsample after stage $i", norm = LN, width = "2*embed_dim*2^(i-1)", eps = 1e-5, each = "depths",
    count = "i < items and 1 or 0" },
  { site = "embeddings", norm = LN, width = "embed_dim", eps = 1e-5, count = 1 },
  { site = "layernorm", norm = LN, width = "embed_dim*2^(len('depths')-1)", eps = "layer_norm_eps", count = 1 },
  default = { embed_dim = 64, depths = { 3, 4, 6, 5 }, layer_norm_eps = 1e-5 } }
F["maskformer-swin"] = { source = "transformers 5 maskformer_swin: MaskFormerSwinStage, MaskFormerSwinLayer",
  F.swin[1], F.swin[2], F.swin[3], F.swin[4], knows = F.swin.knows, default = F.swin.default }

-- Vision towers with something of their own
F.layoutlmv3 = { source = "transformers 5 layoutlmv3: LayoutLMv3Model",
  main(LN, "hidden_size", "layer_norm_eps",
    "2*num_hidden_layers + (text_embed and 1 or 0) + (visual_embed and 1 or 0)"),
  { site = "norm of the patches", norm = LN, width = "hidden_size", eps = 1e-6, count = 1, when = "visual_embed" },
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-5, text_embed = true,
    visual_embed = true } }
F.internvl_vision = { source = "transformers 5 internvl: InternVLVisionLayer, InternVLVisionModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", when = "is('norm_type', 'layer_norm')",
    count = "2*num_hidden_layers" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "layer_norm_eps", when = "is('norm_type', 'rms_norm')",
    count = "2*num_hidden_layers" },
  { site = "layernorm", norm = LN, width = "hidden_size", eps = "layer_norm_eps", when = "not use_mean_pooling",
    count = 1 },
  { site = "q_norm,k_norm", norm = RMS, width = "hidden_size", eps = "layer_norm_eps", when = "use_qk_norm",
    count = "2*num_hidden_layers" },
  default = { hidden_size = 1024, num_hidden_layers = 24, layer_norm_eps = 1e-6, norm_type = "'layer_norm'",
    use_mean_pooling = true } }
F.qianfan_ocr_vision = F.internvl_vision
F.vit_mae = { source = "transformers 5 vit_mae: ViTMAEModel, ViTMAEDecoder",
  main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1"),
  { site = "decoder", norm = LN, width = "decoder_hidden_size", eps = "layer_norm_eps",
    count = "head('PreTraining')*(2*decoder_num_hidden_layers + 1)" },
  knows = { "norm_pix_loss" },
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12, decoder_hidden_size = 512,
    decoder_num_hidden_layers = 8 } }
F.videomae = { source = "transformers 5 videomae: VideoMAEModel, VideoMAEDecoder, VideoMAEForVideoClassification",
  main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + (use_mean_pooling and 0 or 1)"),
  { site = "fc_norm", norm = LN, width = "hidden_size", eps = 1e-5, when = "use_mean_pooling",
    count = "head('VideoClassification')" },
  { site = "decoder", norm = LN, width = "decoder_hidden_size", eps = "layer_norm_eps",
    count = "head('PreTraining')*2*decoder_num_hidden_layers" },
  { site = "decoder.norm", norm = LN, width = "decoder_hidden_size", eps = 1e-5, count = "head('PreTraining')" },
  knows = { "norm_pix_loss" },
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12, use_mean_pooling = true,
    decoder_hidden_size = 384, decoder_num_hidden_layers = 4 } }
F["data2vec-vision"] = { source = "transformers 5 data2vec_vision: Data2VecVisionModel, Data2VecVisionPooler",
  main(LN, "hidden_size", "layer_norm_eps",
    "2*num_hidden_layers + ((not use_mean_pooling or head('ImageClassification') == 1) and 1 or 0)"),
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12, use_mean_pooling = true } }
F.vilt = { source = "transformers 5 vilt: ViltModel, TextEmbeddings",
  main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 2 + head('MaskedLM')"),
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12 } }
F.vitdet = { source = "transformers 5 vitdet: VitDetLayer", main(LN, "hidden_size", "layer_norm_eps",
  "2*num_hidden_layers"), default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-6 } }
F["donut-swin"] = { source = "transformers 5 donut_swin: DonutSwinModel, which has no last norm", F.swin[1], F.swin[2],
  F.swin[3], knows = F.swin.knows, default = F.swin.default }
F.qwen3_vl_moe_vision = F.qwen3_vl_vision
F.qwen3_omni_moe_vision_encoder, F.cohere_compass_vision = F.qwen3_vl_vision, F.qwen3_vl_vision

-- Q-Formers: cross attention in every n-th layer
F.blip_2_qformer = { source = "transformers 5 blip_2: Blip2QFormerLayer, Blip2QFormerModel",
  main(LN, "hidden_size", "layer_norm_eps",
    "2*num_hidden_layers + ceil(num_hidden_layers/cross_attention_frequency) + 1"
      .. " + (use_qformer_text_input and num_hidden_layers or 0)"),
  default = { hidden_size = 768, num_hidden_layers = 12, cross_attention_frequency = 2, layer_norm_eps = 1e-12,
    use_qformer_text_input = false } }
F.instructblip_qformer = like(F.blip_2_qformer, { source = "transformers 5 instructblip: InstructBlipQFormerLayer",
  default = { use_qformer_text_input = true } })
F.instructblipvideo_qformer = F.instructblip_qformer

-- Texts
F.altclip_text_model = { source = "transformers 5 altclip: AltCLIPTextModel.pre_LN",
  main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 2"),
  default = { hidden_size = 1024, num_hidden_layers = 24, layer_norm_eps = 1e-5 } }
F["roberta-prelayernorm"] = { source = "transformers 5 roberta_prelayernorm: RobertaPreLayerNormModel",
  main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 2 + head('MaskedLM', 'CausalLM')"),
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12 } }
F.rembert = { source = "transformers 5 rembert: RemBertEmbeddings, RemBertLayer",
  main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers"),
  { site = "embeddings", norm = LN, width = "input_embedding_size", eps = "layer_norm_eps", count = 1 },
  { site = "prediction head", norm = LN, width = "output_embedding_size", eps = "layer_norm_eps",
    count = "head('MaskedLM', 'CausalLM')" },
  default = { hidden_size = 1152, num_hidden_layers = 32, input_embedding_size = 256, output_embedding_size = 1664,
    layer_norm_eps = 1e-12 } }
F.blip_text_model = { source = "transformers 5 blip: BlipTextLayer; cross attention runs where text is written",
  main(LN, "hidden_size", "layer_norm_eps",
    "(2 + head('ConditionalGeneration', 'QuestionAnswering', 'ImageTextRetrieval'))*num_hidden_layers + 1"),
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12 } }
F.biogpt = { source = "transformers 5 biogpt: BioGptDecoderLayer", main(LN, "hidden_size", 1e-5,
  "2*num_hidden_layers + 1"), ignores = { "layer_norm_eps" }, default = { hidden_size = 1024, num_hidden_layers = 24 } }
F.trocr = { source = "transformers 5 trocr: TrOCRDecoderLayer, TrOCRDecoder",
  main(LN, "d_model", 1e-5, "3*decoder_layers + (layernorm_embedding and 1 or 0)"),
  alias = { decoder_layers = "num_hidden_layers" },
  default = { d_model = 1024, decoder_layers = 12, layernorm_embedding = true } }
F.prophetnet = { source = "transformers 5 prophetnet: ProphetNetEncoderLayer, ProphetNetDecoderLayer",
  main(LN, "hidden_size", 1e-5, "2*num_encoder_layers + 3*num_decoder_layers + 2"),
  default = { hidden_size = 1024, num_encoder_layers = 12, num_decoder_layers = 12 } }
F.udop = { source = "transformers 5 udop: UdopStack, UdopLayerNorm",
  main(RMS, "d_model", "layer_norm_epsilon", "2*num_layers + 3*num_decoder_layers + 2"), rounding = "promoted",
  default = { d_model = 1024, num_layers = 24, num_decoder_layers = "num_layers", layer_norm_epsilon = 1e-6 } }
F.pop2piano = like(F.udop, { source = "transformers 5 pop2piano: Pop2PianoStack",
  default = { d_model = 512, num_layers = 6 } })
F.t5_encoder = { source = "transformers 5 t5: T5EncoderModel",
  main(RMS, "d_model", "layer_norm_epsilon", "2*num_layers + 1"), rounding = "promoted",
    knows = { "num_decoder_layers" },
  default = { d_model = 512, num_layers = 6, layer_norm_epsilon = 1e-6 } }
F.imagegpt = { source = "transformers 5 imagegpt: ImageGPTLayerNorm, an RMSNorm",
  main(RMS, "n_embd", "layer_norm_epsilon", "(add_cross_attention and 3 or 2)*n_layer + 1"), rounding = "once",
  default = { n_embd = 512, n_layer = 24, layer_norm_epsilon = 1e-5 } }
F.hyperclovax = { source = "transformers 5 hyperclovax: HyperCLOVAXDecoderLayer",
  main(RMS, "hidden_size", "rms_norm_eps", "(use_post_norm and 4 or 2)*num_hidden_layers + 1"),
  default = { hidden_size = 4096, num_hidden_layers = 32, rms_norm_eps = 1e-6 } }
F.zaya = like(F.mixtral, { source = "transformers 5 zaya: ZayaDecoderLayer, ZayaRouterMLP",
  { site = "router norm", norm = RMS, width = "router_hidden_size", eps = "rms_norm_eps",
    count = "num_hidden_layers" },
  remark = "q and k are divided by their lengths, with no eps in the root; these norms are not listed",
  default = { hidden_size = 2048, num_hidden_layers = 40, head_dim = 128, router_hidden_size = 256 } })

-- Speech
F.voxtral_encoder = { source = "transformers 5 voxtral: VoxtralEncoder",
  main(LN, "hidden_size", 1e-5, "2*num_hidden_layers + 1"), default = { hidden_size = 1280, num_hidden_layers = 32 } }
F.voxtral = { source = "transformers 5 voxtral: VoxtralForConditionalGeneration",
  parts = { { "audio_config", "voxtral_encoder" }, { "text_config", "llama" } } }
local CONFORMER = "5*num_hidden_layers"
F["wav2vec2-conformer"] = { source = "transformers 5 wav2vec2_conformer: Wav2Vec2ConformerEncoderLayer",
  main(LN, "hidden_size", 1e-5, CONFORMER), { site = "encoder.layer_norm", norm = LN, width = "hidden_size",
    eps = "layer_norm_eps", count = 1 },
  { site = "feature_projection", norm = LN, width = "last('conv_dim')", eps = "layer_norm_eps", count = 1 },
  { site = "conv layer $i", norm = LN, width = "item", eps = 1e-5, count = 1, each = "conv_dim",
    when = "is('feat_extract_norm', 'layer')" },
  knows = { "do_stable_layer_norm" },
  default = { hidden_size = 768, num_hidden_layers = 12, conv_dim = { 512, 512, 512, 512, 512, 512, 512 },
    layer_norm_eps = 1e-5 } }
F["wav2vec2-bert"] = { source = "transformers 5 wav2vec2_bert: Wav2Vec2BertEncoderLayer, Wav2Vec2BertConvolutionModule",
  main(LN, "hidden_size", "layer_norm_eps", "6*num_hidden_layers"),
  { site = "feature_projection", norm = LN, width = "feature_projection_input_dim", eps = "layer_norm_eps", count = 1 },
  { site = "adapter", norm = LN, width = "hidden_size", eps = "layer_norm_eps", when = "add_adapter",
    count = "3*num_adapter_layers" , guess = true },
  default = { hidden_size = 1024, num_hidden_layers = 24, feature_projection_input_dim = 160, layer_norm_eps = 1e-5,
    num_adapter_layers = 1 } }
F.granite_speech_encoder = { source = "transformers 5 granite_speech: GraniteSpeechConformerBlock",
  main(LN, "hidden_dim", 1e-5, "5*num_layers"), default = { hidden_dim = 1024, num_layers = 10 } }
F.granite_speech_plus_encoder = F.granite_speech_encoder
F.qwen3_asr_encoder = F.qwen2_audio_encoder
F.sew = { source = "transformers 5 sew: SEWModel", main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1"),
  { site = "layer_norm", norm = LN, width = "last('conv_dim')", eps = "layer_norm_eps", count = 1 },
  knows = { "feat_extract_norm", "do_stable_layer_norm" },
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-5,
    conv_dim = { 64, 128, 128, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512 } } }
F.musicgen_decoder = { source = "transformers 5 musicgen: MusicgenDecoderLayer, MusicgenDecoder",
  main(LN, "hidden_size", 1e-5, "3*num_hidden_layers + 1"), default = { hidden_size = 1024, num_hidden_layers = 24 } }
F.musicgen_melody_decoder = like(F.musicgen_decoder,
    { source = "transformers 5 musicgen_melody: MusicgenMelodyDecoderLayer" })
F.musicgen_melody_decoder[1] = main(LN, "hidden_size", 1e-5, "2*num_hidden_layers + 1")
local NO_NORM = "convolutions and weight normalisation, without a LayerNorm"
F.musicgen = { source = "transformers 5 musicgen: MusicgenForConditionalGeneration", parts = {
  { "text_encoder", "t5_encoder", as = { t5 = "t5_encoder" } }, { "decoder", "musicgen_decoder" },
  { "audio_encoder", none = NO_NORM } } }
F.musicgen_melody = { source = "transformers 5 musicgen_melody", parts = {
  { "text_encoder", "t5_encoder", as = { t5 = "t5_encoder" } }, { "decoder", "musicgen_melody_decoder" },
  { "audio_encoder", none = NO_NORM } } }

-- Nested
F.vipllava = { source = "transformers 5 vipllava: VipLlavaMultiModalProjector",
  { site = "multi_modal_projector.projector_layernorm", norm = LN, eps = "projector_layernorm_eps", count = 1,
    width = "len('vision_feature_layers')*part('vision_config', 'hidden_size')", when = "has('vision_config')" },
  default = { projector_layernorm_eps = 1e-5, vision_feature_layers = { -2, -5, -8, -11, 6 } },
  flat = "llama", parts = { { "text_config", "llama" }, { "vision_config", "clip_vision_model" } } }
F.video_llava = { source = "transformers 5 video_llava: VideoLlavaModel has a tower for images and one for videos",
  parts = { { "text_config", "llama" }, { "vision_config", "clip_vision_model", times = 2 } } }
F.colpali = { source = "transformers 5 colpali: ColPaliForRetrieval", knows = { "text_config" },
  parts = { { "vlm_config", "paligemma" } } }
F["vision-encoder-decoder"] = { source = "transformers 5 vision_encoder_decoder",
  parts = { { "encoder", "vit" }, { "decoder", "gpt2" } } }
F.qwen3_omni_moe_audio_encoder = F.qwen2_audio_encoder
F.smolvlm_vision = { source = "transformers 5 smolvlm: SmolVLMVisionTransformer",
  main(LN, "hidden_size", "layer_norm_eps", "2*num_hidden_layers + 1"),
  default = { hidden_size = 1152, num_hidden_layers = 12, layer_norm_eps = 1e-6 } }
local NO_PERCEIVER = { perceiver_config = "this model has no perceiver" }
F.smolvlm = { source = "transformers 5 smolvlm: SmolVLMModel; the connector has no norm",
  parts = { { "vision_config", "smolvlm_vision" }, { "text_config", "llama", without = NO_PERCEIVER } } }
F.idefics2_vision = like(F.smolvlm_vision, { source = "transformers 5: Idefics2VisionTransformer",
  default = { hidden_size = 768 } })
F.idefics3_vision = F.smolvlm_vision
F.idefics3 = { source = "transformers 5 idefics3: Idefics3Model; the connector has no norm",
  parts = { { "vision_config", "idefics3_vision" }, { "text_config", "llama", without = NO_PERCEIVER } } }
F.lfm2_vl = { source = "transformers 5 lfm2_vl: Lfm2VlMultiModalProjector",
  { site = "multi_modal_projector.layer_norm", norm = LN, eps = 1e-5, count = 1,
    width = "part('vision_config', 'hidden_size')*downsample_factor^2",
    when = "has('vision_config') and projector_use_layernorm" },
  default = { downsample_factor = 2, projector_use_layernorm = true },
  parts = { { "vision_config", "siglip2_vision_model" }, { "text_config", "lfm2" } } }
-- the norm after merging patches is as wide as the merged patch
F.swinv2 = { source = "transformers 5 swinv2: Swinv2Layer, Swinv2PatchMerging", F.swin[1],
  { site = "patch embeddings", norm = LN, width = "embed_dim", eps = 1e-5, count = 1 },
  { site = "patch merging after stage $i", norm = LN, width = "2*embed_dim*2^(i-1)", eps = 1e-5, each = "depths",
    count = "i < items and 1 or 0" },
  F.swin[4], knows = F.swin.knows, default = F.swin.default }
F.deformable_detr = { source = "transformers 5 deformable_detr: DeformableDetrEncoderLayer, DeformableDetrDecoderLayer",
  main(LN, "d_model", 1e-5, "2*encoder_layers + 3*decoder_layers + (two_stage and 1 or 0)"),
  { site = "pos_trans_norm", norm = LN, width = "2*d_model", eps = 1e-5, count = 1, when = "two_stage" },
  remark = "the GroupNorms of input_proj are not listed",
  default = { d_model = 256, encoder_layers = 6, decoder_layers = 6 } }
F.mimi = { source = "transformers 5 mimi: MimiTransformerLayer, in the encoder's and the decoder's transformer",
  main(LN, "hidden_size", "norm_eps", "4*num_hidden_layers"),
  default = { hidden_size = 512, num_hidden_layers = 8, norm_eps = 1e-5 } }
F.csm = { source = "transformers 5 csm: CsmBackboneModel, CsmDepthDecoderModel",
  main(RMS, "hidden_size", "rms_norm_eps", "2*num_hidden_layers + 1"),
  default = { hidden_size = 2048, num_hidden_layers = 16, rms_norm_eps = 1e-5 },
  parts = { { "depth_decoder_config", "csm_depth_decoder_model" }, { "codec_config", "mimi",
    guess = "encoder and decoder of a codec may not both run" } } }
F.aya_vision = { source = "transformers 5 aya_vision: AyaVisionMultiModalProjector",
  { site = "multi_modal_projector.layernorm", norm = LN, eps = "adapter_layer_norm_eps", count = 1,
    width = "part('vision_config', 'hidden_size')*downsample_factor^2", when = "has('vision_config')" },
  default = { adapter_layer_norm_eps = 1e-6, downsample_factor = 2 },
  parts = { { "vision_config", "siglip_vision_model" }, { "text_config", "cohere2" } } }
F.moonvit = { source = "MoonViT modeling_kimi_vl.py: MoonVitEncoderLayer, KimiVLMultiModalProjector.pre_norm",
  main(LN, "hidden_size", 1e-5, "2*num_hidden_layers + 1"),
  { site = "projector pre_norm", norm = LN, width = "hidden_size", eps = 1e-5, count = 1 },
  default = { hidden_size = 1152, num_hidden_layers = 27 } }
F.kimi_vl = { source = "Kimi-VL modeling_kimi_vl.py: KimiVLForConditionalGeneration",
  parts = { { "text_config", "deepseek_v3" }, { "vision_config", "moonvit" } } }
F.llada = { source = "LLaDA modeling_llada.py: LLaDALlamaBlock",
  { site = MAIN, norm = RMS, width = "d_model", eps = "rms_norm_eps", count = "2*n_layers + 1",
    when = "is('layer_norm_type', 'rms')" },
  classes = { "^LLaDA" }, knows = { "attention_layer_norm", "layer_norm_with_affine", "bias_for_layer_norm",
    "attention_layer_norm_with_affine" },
  default = { d_model = 4096, n_layers = 32, rms_norm_eps = 1e-5, layer_norm_type = "'rms'" } }
F.Dream = like(F.llama, { source = "Dream modeling_dream.py: DreamDecoderLayer" })
F.solar = like(F.llama, { source = "Solar modeling_solar.py: SolarDecoderLayer" })
