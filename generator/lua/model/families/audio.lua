-- SPDX-License-Identifier: MIT
-- families/audio.lua: further audio and speech models and towers, in the order of their names.
-- family.lua says what the fields of an entry mean.
local family = require "model.family"
local F = family.table
local MAIN = family.MAIN
local LN, LNW, RMS = family.LN, family.LNW, family.RMS

F["audio-spectrogram-transformer"] = { source = "transformers 5: ASTModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 768, layer_norm_eps = 1e-12, num_hidden_layers = 12 } }
F.audioflamingo3_encoder = { source = "transformers 5: AudioFlamingo3Encoder",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-05, count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1280, num_hidden_layers = 32 } }
F.clvp_decoder = { source = "transformers 5: ClvpModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = "layer_norm_epsilon", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1024, layer_norm_epsilon = 1e-05, num_hidden_layers = 30 } }
F.clvp_encoder = { source = "transformers 5: ClvpEncoder",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "layer_norm_eps", count = "2*num_hidden_layers" },
  { site = "final_layer_norm", norm = LN, width = "hidden_size", eps = "layer_norm_eps", count = 1 },
  default = { hidden_size = 768, layer_norm_eps = 1e-05, num_hidden_layers = 20 } }
F.csm_depth_decoder_model = { source = "transformers 5: CsmDepthDecoderModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1024, num_hidden_layers = 4, rms_norm_eps = 1e-05 } }
F.gemma3n_audio = { source = "transformers 5: Gemma3nAudioEncoder",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = 1e-06, count = "7*conf_num_hidden_layers",
    rounding = "once" },
  { site = "pre_layer_norm,conv_norm", norm = RMS, width = "hidden_size", eps = "rms_norm_eps",
    count = "2*conf_num_hidden_layers", rounding = "once" },
  default = { conf_num_hidden_layers = 12, hidden_size = 1536, rms_norm_eps = 1e-06 } }
F.glmasr_encoder = { source = "transformers 5: GlmAsrEncoder",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-05, count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1280, num_hidden_layers = 32 } }
F.higgs_audio_v2 = { source = "transformers 5: HiggsAudioV2ForConditionalGeneration",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "4*num_hidden_layers + 1" },
  default = { hidden_size = 3072, num_hidden_layers = 28, rms_norm_eps = 1e-05 } }
F.inkling_audio = { source = "transformers 5: InklingAudioModel",
  { site = "norm", norm = RMS, width = "text_hidden_size", eps = 1e-06, count = 1 },
  default = { text_hidden_size = 6144 } }
F.lasr_encoder = { source = "transformers 5: LasrEncoder",
  { site = MAIN, norm = LNW, width = "hidden_size", eps = "layer_norm_eps", count = "5*num_hidden_layers + 1" },
  default = { hidden_size = 512, layer_norm_eps = 1e-06, num_hidden_layers = 17 } }
F.moshi_depth = { source = "transformers 5: MoshiDepthDecoder",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers",
    rounding = "once" },
  default = { hidden_size = 1024, num_hidden_layers = 6, rms_norm_eps = 1e-08 } }
F.nemotron_asr_streaming_encoder = { source = "transformers 5: NemotronAsrStreamingEncoder",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-05, count = "6*num_hidden_layers" },
  default = { hidden_size = 1024, num_hidden_layers = 24 } }
F.parakeet_encoder = { source = "transformers 5: ParakeetEncoder",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-05, count = "5*num_hidden_layers" },
  default = { hidden_size = 1024, num_hidden_layers = 24 } }
F.phi4_multimodal_audio = { source = "transformers 5: Phi4MultimodalAudioModel",
  { site = MAIN, norm = LN, width = "hidden_size", eps = 1e-05, count = "5*num_blocks" },
  default = { hidden_size = 1024, num_blocks = 24 } }
F.voxtral_realtime_encoder = { source = "transformers 5: VoxtralRealtimeEncoder",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 1280, num_hidden_layers = 32, rms_norm_eps = 1e-05 } }
F.voxtral_realtime_text = { source = "transformers 5: VoxtralRealtimeTextModel",
  { site = MAIN, norm = RMS, width = "hidden_size", eps = "rms_norm_eps", count = "2*num_hidden_layers + 1" },
  default = { hidden_size = 4096, num_hidden_layers = 32, rms_norm_eps = 1e-06 } }
