-- SPDX-License-Identifier: MIT
-- families/encoders.lua: encoders of text, and encoders with decoders.
-- family.lua says what the fields of an entry mean.
local family = require "model.family"
local F, like, each_name = family.table, family.like, family.each_name
local MAIN = family.MAIN
local LN, LNW = family.LN, family.LNW
local RMS = family.RMS

-- BERT and similar models: a norm after each sublayer, and one over the embeddings
F.bert = { source = "transformers 5: BertModel", knows = { "fusion_hidden_size" }, { site = MAIN, norm = LN,
    width = "hidden_size", eps = "layer_norm_eps",
    count = "(add_cross_attention and 3 or 2)*num_hidden_layers + 1"
      .. " + head('MaskedLM', 'PreTraining', 'CausalLM', 'LMHeadModel')" },
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12 } }
each_name("roberta xlm-roberta camembert ernie mpnet data2vec-text big_bird nezha "
  .. "splinter layoutlm clap_text_model chinese_clip_text_model", F.bert)
F["xlm-roberta-xl"] = like(F.bert, { source = "transformers 5: XLMRobertaXLModel", default = { hidden_size = 2560,
    num_hidden_layers = 36, layer_norm_eps = 1e-5 } })
F.dpr = { source = "transformers 5: DPRQuestionEncoder", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" }, default = F.bert.default }
-- a norm before each sublayer, none over the embeddings
F["megatron-bert"] = { source = "transformers 5: MegatronBertModel", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "layer_norm_eps", count = "2*num_hidden_layers + 1 + head('MaskedLM', 'PreTraining', 'CausalLM')" },
  default = { hidden_size = 1024, num_hidden_layers = 24, layer_norm_eps = 1e-12 } }
F.albert = { source = "transformers 5: AlbertModel", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "layer_norm_eps", count = "2*num_hidden_layers*inner_group_num" },
  { site = "embeddings", norm = LN, width = "embedding_size", eps = "layer_norm_eps",
    count = "1 + head('MaskedLM', 'PreTraining')" },
  default = { hidden_size = 4096, embedding_size = 128, num_hidden_layers = 12, inner_group_num = 1,
    layer_norm_eps = 1e-12 } }
F.electra = { source = "transformers 5: ElectraModel", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "layer_norm_eps", count = "2*num_hidden_layers" },
  { site = "embeddings", norm = LN, width = "embedding_size", eps = "layer_norm_eps",
    count = "1 + head('MaskedLM', 'CausalLM')" },
  default = { hidden_size = 256, embedding_size = 128, num_hidden_layers = 12, layer_norm_eps = 1e-12 } }
-- normalization_type is usually no_norm: gamma*x + beta, except in the head that predicts words
F.mobilebert = { source = "transformers 5: MobileBertModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "1 + num_hidden_layers",
    when = "is('normalization_type', 'layer_norm')" },
  { site = "bottleneck", norm = LN, width = "intra_bottleneck_size", eps = "layer_norm_eps",
    count = "num_hidden_layers*(2 + num_feedforward_networks - 1 + (key_query_shared_bottleneck and 2 or 1))",
    when = "is('normalization_type', 'layer_norm') and use_bottleneck" },
  { site = "prediction head", norm = LN, width = "hidden_size", eps = "layer_norm_eps",
    count = "head('MaskedLM', 'PreTraining')" },
  default = { hidden_size = 512, intra_bottleneck_size = 128, num_hidden_layers = 24, num_feedforward_networks = 4,
    key_query_shared_bottleneck = true, use_bottleneck = true, normalization_type = "'no_norm'",
    layer_norm_eps = 1e-12 } }
F.distilbert = { source = "transformers 5: DistilBertModel", { site = MAIN, norm = LN, width = "dim", eps = 1e-12,
    count = "2*n_layers + 1 + head('MaskedLM')" },
  default = { dim = 768, n_layers = 6 } }
F.deberta = { source = "transformers 5: DebertaModel", { site = MAIN, norm = LN, width = "hidden_size",
    eps = "layer_norm_eps",
    count = "2*num_hidden_layers + 1 + head('MaskedLM')"
      .. " + (contains('norm_rel_ebd', 'layer_norm') and relative_attention and 1 or 0)"
      .. " + ((conv_kernel_size or 0) > 0 and 1 or 0)" }, rounding = "before_gain",
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-7 } }
F["deberta-v2"] = like(F.deberta, { source = "transformers 5: DebertaV2Model", rounding = "once",
  default = { hidden_size = 1536, num_hidden_layers = 24 } })
F.esm = { source = "transformers 5: EsmModel", { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps",
    count = "2*num_hidden_layers + 1 + (emb_layer_norm_before and 1 or 0) + head('MaskedLM')" },
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12 } }
F.xlnet = { source = "transformers 5: XLNetModel", { site = MAIN, norm = LN, width = "d_model", eps = "layer_norm_eps",
    count = "2*n_layer" },
  default = { d_model = 1024, n_layer = 24, layer_norm_eps = 1e-12 } }
F.xlm = { source = "transformers 5: XLMModel", { site = MAIN, norm = LN, width = "emb_dim", eps = "layer_norm_eps",
    count = "2*n_layers + 1" },
  default = { emb_dim = 2048, n_layers = 12, layer_norm_eps = 1e-12 } }
F.flaubert = F.xlm
F.funnel = { source = "transformers 5: FunnelModel", { site = MAIN, norm = LN, width = "d_model",
    eps = "layer_norm_eps", count = "2*(sum('block_sizes', 'block_repeats')"
      .. " + (1 - head('BaseModel', 'SequenceClassification', 'MultipleChoice'))*num_decoder_layers) + 1" },
  default = { d_model = 768, block_sizes = { 4, 4, 4 }, num_decoder_layers = 2, layer_norm_eps = 1e-9 } }
local MODERNBERT = "2*num_hidden_layers + 1 + head('MaskedLM', 'SequenceClassification', 'TokenClassification',"
  .. " 'ForCausalLM', 'QuestionAnswering', 'MultipleChoice')"
F.modernbert = { source = "transformers 5: ModernBertModel",
  { site = MAIN, norm = LNW, width = "hidden_size", eps = "norm_eps", count = MODERNBERT, when = "not norm_bias" },
  { site = MAIN, norm = LN, width = "hidden_size", eps = "norm_eps", count = MODERNBERT, when = "norm_bias" },
  ignores = { "layer_norm_eps" },
  default = { hidden_size = 768, num_hidden_layers = 22, norm_eps = 1e-5 } }
F["modernbert-decoder"] = F.modernbert
F.neobert = { source = "NeoBERT model.py", { site = MAIN, norm = RMS, width = "hidden_size", eps = "norm_eps",
    count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, num_hidden_layers = 28, norm_eps = 1e-5 } }
-- the gte models: layer_norm_type tells which norm it is
F.new = { source = "gte modeling.py: NewModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1",
    when = "not is('layer_norm_type', 'rms_norm')" },
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1",
    when = "is('layer_norm_type', 'rms_norm')" },
  default = { hidden_size = 768, num_hidden_layers = 12, layer_norm_eps = 1e-12 } }
F.gte = F.new

-- Encoder and decoder
-- norms after each sublayer; both stacks normalise the embeddings
F.bart = { source = "transformers 5: BartModel", { site = MAIN, norm = LN, width = "d_model", eps = 1e-5,
    count = "2*encoder_layers + 3*decoder_layers + 2" },
  default = { d_model = 1024, encoder_layers = 12, decoder_layers = 12 } }
F.led = F.bart
F.plbart = like(F.bart, { source = "transformers 5: PLBartModel",
  default = { d_model = 768, encoder_layers = 6, decoder_layers = 6 } })
F.bigbird_pegasus = like(F.bart, { source = "transformers 5: BigBirdPegasusModel",
  default = { encoder_layers = 16, decoder_layers = 16 } })
F.florence2_language = like(F.bart, { source = "Florence-2 modeling_florence2.py: Florence2LanguageModel",
  knows = { "layernorm_embedding" } })
F["blenderbot-small"] = like(F.bart, { source = "transformers 5: BlenderbotSmallModel",
  knows = { "layernorm_variant" }, default = { d_model = 512, encoder_layers = 8, decoder_layers = 8 } })
-- norms before each sublayer and after each stack; the embeddings are not normalised
F.m2m_100 = F.bart
F.pegasus = like(F.bart, { knows = { "add_final_layer_norm" } })
F.blenderbot = like(F.bart, { source = "transformers 5: BlenderbotModel",
  knows = { "add_final_layer_norm", "layernorm_variant" },
  default = { d_model = 2560, encoder_layers = 2, decoder_layers = 12 } })
F.whisper = like(F.bart, { source = "transformers 5: WhisperModel", default = { d_model = 384, encoder_layers = 4,
    decoder_layers = 4 } })
F.speech_to_text = like(F.bart, { source = "transformers 5: Speech2TextModel", default = { d_model = 256,
    encoder_layers = 12, decoder_layers = 6 } })
F.mbart = { source = "transformers 5: MBartModel", { site = MAIN, norm = LN, width = "d_model", eps = 1e-5,
    count = "2*encoder_layers + 3*decoder_layers + 4" }, knows = { "add_final_layer_norm" },
  default = F.bart.default }
F.marian = { source = "transformers 5: MarianModel", { site = MAIN, norm = LN, width = "d_model", eps = 1e-5,
    count = "2*encoder_layers + 3*decoder_layers" }, default = F.bart.default }
F.detr = { source = "transformers 5: DetrModel", { site = MAIN, norm = LN, width = "d_model", eps = 1e-5,
    count = "2*encoder_layers + 3*decoder_layers + 1" },
  default = { d_model = 256, encoder_layers = 6, decoder_layers = 6 } }
F.xglm = { source = "transformers 5: XGLMModel", { site = MAIN, norm = LN, width = "d_model", eps = 1e-5,
    count = "num_layers*(add_cross_attention and 3 or 2) + 1" },
  default = { d_model = 1024, num_layers = 24 } }
F.qwen2_audio_encoder = { source = "transformers 5: Qwen2AudioEncoder", { site = MAIN, norm = LN, width = "d_model",
    eps = 1e-5, count = "2*encoder_layers + 1" },
  default = { d_model = 1280, encoder_layers = 32 } }
-- the class T5LayerNorm does not subtract the mean: it is an RMSNorm
F.t5 = { source = "transformers 5: T5Model", { site = MAIN, norm = RMS, width = "d_model", eps = "layer_norm_epsilon",
    count = "head('EncoderModel', 'TokenClassification') == 1 and 2*num_layers + 1"
      .. " or 2*num_layers + 3*num_decoder_layers + 2" },
    rounding = "promoted",
  default = { d_model = 512, num_layers = 6, num_decoder_layers = "num_layers", layer_norm_epsilon = 1e-6 } }
F.byt5 = F.t5
F.longt5 = like(F.t5, { source = "transformers 5: LongT5Model", { site = "global_input_layer_norm", norm = RMS,
    width = "d_model", eps = "layer_norm_epsilon", count = "num_layers",
    when = "is('encoder_attention_type', 'transient-global')" } })
F.switch_transformers = like(F.t5, { source = "transformers 5: SwitchTransformersModel", default = { d_model = 768,
    num_layers = 12 } })
each_name("mt5 umt5", like(F.t5, { default = { num_layers = 8 } }))
