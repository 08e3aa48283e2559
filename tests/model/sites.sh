#!/bin/sh
# SPDX-License-Identifier: MIT
# sites.sh LNGEN - what lngen must list and note for configs of one line.
lngen=$1 failed=0 ran=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2

# lists CONFIG PATTERN... : a line of the table or a note must match each extended regular expression, in which a space
# stands for the tab between two columns, too; none may match a pattern that begins with !
lists() {
    config=$1
    shift
    printf '%s' "$config" >config.json
    "$lngen" model config.json >out 2>&1 || echo "exit status $?" >>out
    tr '\t' ' ' <out >lines
    ran=$((ran + 1))
    for pattern; do
        case $pattern in
            !*) ! grep -Eq "${pattern#!}" lines ;;
            *) grep -Eq "$pattern" lines ;;
        esac || {
            failed=$((failed + 1))
            echo "$config: not as '$pattern':"
            cat out
        }
    done
}

# a key that is spelt wrongly, or a width under a name that the family does not use, makes a guess
lists '{"model_type": "llama", "hiden_size": 2048}' '^\. block\+final \(guess\) rmsnorm gamma 4096 ' \
    "hidden_size: not in the file, but 'hiden_size' is, which llama is not known to use; a guess"
lists '{"model_type": "llama", "hiddenSize": 2048}' '^\. block\+final \(guess\) ' "but 'hiddenSize' is"
lists '{"model_type": "llama", "hidden_size": 2048, "num_hiden_layers": 16}' '\(guess\)' "but 'num_hiden_layers' is"
lists '{"model_type": "llama", "model_dim": 2048, "num_hidden_layers": 16}' '\(guess\)' "but 'model_dim' is"
lists '{"model_type": "convnext", "hiden_sizes": [64, 128]}' '^\. stage 4 \(guess\) layernorm full 768 ' \
    "hidden_sizes: not in the file, but 'hiden_sizes' is, which convnext is not known to use; a guess"
lists '{"model_type": "convnext", "depths": [1, 1, 1, 1], "hidden_size": 64}' '^\. stage 4 layernorm full 768 ' '!guess' \
    '!depths: not' 'hidden_sizes: not in the file; \[96, 192, 384, 768\] is the default of convnext'
lists '{"model_type": "llama", "num_labels": 3, "head_dims": 3, "hidden_size": 2048}' '^\. block\+final rmsnorm ' '!guess'

# a switch that is off and that the family is not known to use; null stands for the default
lists '{"model_type": "qwen3", "hidden_size": 64, "use_qk_norm": false}' '^\. q_norm,k_norm \(per head\) \(guess\)'
lists '{"model_type": "deepseek_v3", "kv_lora_rank": null}' '^\. kv_a_layernorm rmsnorm gamma 512 '

# a norm that the file may switch
lists '{"_class_name": "LTXVideoTransformer3DModel", "norm_elementwise_affine": true}' \
    '^\. norm1,norm2 \(modulated\) rmsnorm gamma 2048 ' '!rmsnorm none'
lists '{"_class_name": "CogVideoXTransformer3DModel", "norm_elementwise_affine": false}' \
    '^\. norm_final layernorm none 1920 ' '!layernorm full 1920'
lists '{"_class_name": "ZImageTransformer2DModel", "siglip_feat_dim": 1152}' \
    '^\. siglip_embedder.0 rmsnorm gamma 1152 1e-05 f32 1$' '^\. norms of the blocks rmsnorm gamma 3840 1e-05 f32 144$'
lists '{"model_type": "videomae", "architectures": ["VideoMAEForVideoClassification"]}' \
    '^\. block\+final layernorm full 768 1e-12 f32 24$' '^\. fc_norm layernorm full 768 1e-05 f32 1$'
lists '{"model_type": "hunyuan_vl", "text_config": {"model_type": "hunyuan_vl_text", "hidden_size": 64},
    "vision_config": {"model_type": "hunyuan_vl_vision"}}' '^\. vision_tower.after_rms rmsnorm gamma 64 ' '!after_rms .* 3072'
lists '{"model_type": "vitpose", "backbone_config": {"model_type": "vitpose_backbone", "num_hidden_layers": 2}}' \
    '^backbone_config\. block\+final layernorm full 768 1e-12 f32 5$' 'BatchNorms'

# backbones: those of convolutions have no LayerNorm, and ConvNeXt has one for each stage that it puts out
lists '{"model_type": "mask2former", "backbone_config": {"model_type": "resnet", "hidden_sizes": [256, 512]}}' \
    'note: backbone_config\. convolutions with BatchNorms' '^\. block\+final layernorm ' '!^backbone_config' '!guess'
lists '{"model_type": "upernet", "backbone_config": {"model_type": "convnext", "out_features": ["stage3", "stage4"]}}' \
    '^backbone_config\. stage 3 layernorm full 384 1e-06 f32 10$' '!1e-12' '!output of stage 2 ' \
    '^backbone_config\. output of stage 3 layernorm full 384 1e-06 f32 1$' \
    '^backbone_config\. output of stage 4 layernorm full 768 1e-06 f32 1$'
lists '{"model_type": "convnext"}' '^\. layernorm layernorm full 768 1e-12 f32 1$' '!output of stage'
lists '{"model_type": "resnet", "hidden_size": 64, "layer_norm_eps": 1e-5}' 'has no LayerNorm or RMSNorm to generate'

# a part that the model has twice
lists '{"model_type": "video_llava", "vision_config": {"num_hidden_layers": 4}}' \
    '^vision_config\. block\+final layernorm full 768 1e-05 f32 20$'

# the class of the model's own code may stand in auto_map alone, or differ from that in architectures
lists '{"model_type": "llama", "hidden_size": 64, "auto_map": {"AutoModel": "modeling_new.NewModel"}}' \
    '^\. block\+final \(guess\) ' 'the class "NewModel", whose code comes with the model, is not known to be of llama'
lists '{"model_type": "llama", "hidden_size": 64, "architectures": ["LlamaForCausalLM"],
    "auto_map": {"AutoModelForCausalLM": "someone/new--modeling_new.NewForCausalLM"}}' \
    '^\. block\+final \(guess\) ' 'the class "NewForCausalLM", whose code'
lists '{"architectures": ["LlamaForCausalLM"], "hidden_size": 64, "auto_map": {"AutoModel": "modeling_new.NewModel"}}' \
    '^\. block\+final \(guess\) ' 'the class "NewModel", whose code'
lists '{"model_type": "deepseek_v3", "architectures": ["DeepseekV3ForCausalLM"], "auto_map": {"AutoConfig": "c.NewConfig",
    "AutoModel": "modeling_deepseek.DeepseekV3Model", "AutoTokenizer": ["t.NewTokenizer", null]}}' \
    '^\. block\+final rmsnorm ' '!guess'

# norms that several layers share run once for each, those of stages that repeat as often as they do
lists '{"model_type": "funnel", "d_model": 64, "block_sizes": [6, 3, 3], "block_repeats": [1, 2, 2]}' \
    '^\. block\+final layernorm full 64 1e-09 f32 41$'
lists '{"model_type": "funnel", "d_model": 64, "block_sizes": [4, 4, 4], "architectures": ["FunnelBaseModel"]}' \
    '^\. block\+final layernorm full 64 1e-09 f32 25$'
lists '{"model_type": "perceiver", "architectures": ["PerceiverForImageClassificationLearned"], "d_latents": 1024,
    "num_blocks": 8, "num_self_attends_per_block": 6}' '^\. block\+final layernorm full 1024 1e-05 f32 98$' \
    '^\. layernorm2 layernorm full 512 '
lists '{"model_type": "perceiver", "architectures": ["PerceiverForMultimodalAutoencoding"]}' '^\. layernorm2 \(guess\) '
lists '{"model_type": "timesformer", "num_hidden_layers": 4}' ' f32 13$'
lists '{"model_type": "timesformer", "num_hidden_layers": 4, "attention_type": "space_only"}' ' f32 9$'
lists '{"model_type": "lxmert", "l_layers": 1, "x_layers": 1, "r_layers": 1}' ' f32 13$'
lists '{"model_type": "mask2former", "decoder_layers": 3}' '^\. block\+final layernorm full 256 1e-05 f32 9$'
for family in grounding-dino mm-grounding-dino; do
    lists "{\"model_type\": \"$family\", \"encoder_layers\": 2, \"decoder_layers\": 3}" ' f32 28$' 'GroupNorms'
    lists "{\"model_type\": \"$family\", \"encoder_layers\": 2, \"decoder_layers\": 3, \"two_stage\": false}" ' f32 27$'
done
for family in lw_detr rf_detr; do
    lists "{\"model_type\": \"$family\", \"group_detr\": 13}" '^\. block\+final layernorm full 256 1e-05 f32 13$'
done
lists '{"model_type": "t5", "architectures": ["T5ForTokenClassification"]}' '^\. block\+final rmsnorm gamma 512 1e-06 f32 13$'

# an indexer in some layers, whose numbers stand in an object of older files; types of parts that do not count
lists '{"model_type": "minimax_m3_vl", "text_config": {"model_type": "minimax_m2", "num_hidden_layers": 3,
    "sparse_attention_config": {"sparse_index_dim": 64, "sparse_attention_freq": [0, 1, 1]}},
    "vision_config": {"model_type": "clip_vision_model", "num_hidden_layers": 2}}' \
    '^text_config\. indexer\.q_norm,k_norm rmsnorm gamma1 64 1e-06 f32 4$' \
    '^text_config\. q_norm,k_norm rmsnorm gamma1 128 1e-06 f32 6$' '^vision_config\. .* layernorm full 1280 1e-05 f32 5$'
lists '{"model_type": "minimax_m3_vl_text", "num_hidden_layers": 2, "layer_types": ["full_attention",
    "minimax_m3_sparse"]}' '^\. indexer\.q_norm,k_norm rmsnorm gamma1 128 1e-06 f32 2$'
lists '{"model_type": "minimax_m3_vl_text", "num_hidden_layers": 2}' '!indexer'
lists '{"model_type": "zaya", "num_hidden_layers": 3, "router_hidden_size": 64}' \
    '^\. router norm rmsnorm gamma 64 1e-05 f32 3$' '^\. block\+final rmsnorm gamma 2048 1e-05 f32 7$' '!guess'

# what a file that leaves a switch out has
lists '{"model_type": "hyperclovax", "num_hidden_layers": 4}' ' f32 9$'
lists '{"model_type": "hyperclovax", "num_hidden_layers": 4, "use_post_norm": true}' ' f32 17$'
lists '{"model_type": "intern_vit_6b"}' '^\. q_norm,k_norm rmsnorm gamma 3200 1e-06 f32 96$'
lists '{"model_type": "intern_vit_6b", "qk_normalization": false}' '!q_norm'

# keys about norms that change nothing
for family in wav2vec2 hubert wavlm unispeech unispeech-sat sew wav2vec2-conformer; do
    lists "{\"model_type\": \"$family\", \"do_stable_layer_norm\": true}" '^\. block\+final ' '!guess'
done
for family in swin swinv2 donut-swin maskformer-swin; do
    lists "{\"model_type\": \"$family\", \"path_norm\": true}" '^\. blocks of stage 4 ' '!guess'
done
for family in mbart pegasus blenderbot; do
    lists "{\"model_type\": \"$family\", \"add_final_layer_norm\": true}" '^\. block\+final ' '!guess'
done
for family in blenderbot blenderbot-small; do
    lists "{\"model_type\": \"$family\", \"layernorm_variant\": \"xlm\"}" '^\. block\+final ' '!guess'
done
for family in dinov2 dinov2_with_registers; do
    lists "{\"model_type\": \"$family\", \"apply_layernorm\": true}" '^\. block\+final ' '!guess'
done
for family in hunyuan_v1_dense hunyuan_v1_moe; do
    lists "{\"model_type\": \"$family\", \"use_qk_norm\": true}" '^\. q_norm,k_norm ' '!guess'
done
for family in bailing_moe bailing_moe_v2 ernie4_5 ernie4_5_moe; do
    lists "{\"model_type\": \"$family\", \"use_rmsnorm\": true}" '^\. block\+final rmsnorm ' '!guess'
done
lists '{"model_type": "afmoe", "route_norm": true}' '^\. block\+final ' '!guess'
lists '{"model_type": "step3p5", "use_qk_norm": true, "norm_expert_weight": true}' '^\. q_norm,k_norm ' '!guess'
lists '{"model_type": "mimo_v2_flash", "rms_norm_eps": 1e-6}' '^\. block\+final rmsnorm gamma 4096 1e-06 ' '!guess'
lists '{"model_type": "starcoder2", "norm_type": "layer_norm"}' '^\. block\+final layernorm ' '!guess'
lists '{"model_type": "vit_mae", "norm_pix_loss": true}' '^\. block\+final ' '!guess'
# old versions of BART read this one
lists '{"model_type": "bart", "add_final_layer_norm": true}' 'block\+final \(guess\)'

# an eps that is 0 in a float has a meaning, which is seldom meant
for eps in 0 -0.0 1e-60; do
    lists "{\"model_type\": \"llama\", \"rms_norm_eps\": $eps}" 'note: block\+final: eps .* is 0 in a float' '!guess'
done
lists '{"model_type": "llama", "rms_norm_eps": 1e-45}' '!is 0 in a float'

# a class that is not in a list
lists '{"architectures": "LlamaForCausalLM", "hidden_size": 64}' '^\. block\+final rmsnorm gamma 64 ' \
    'note: no model_type; taken as llama because architectures says "LlamaForCausalLM"' '!guess'
lists '{"model_type": "llama", "architectures": "BertModel"}' 'architectures says "BertModel", which is of bert; a guess'
lists '{"model_type": "llama", "architectures": []}' '^\. block\+final rmsnorm ' '!guess'
# a share of a size may have a fraction
lists '{"model_type": "internvl_chat", "downsample_ratio": 0.5, "llm_config": {"model_type": "llama"},
    "vision_config": {"hidden_size": 64}}' 'mlp1.* layernorm full 256 '

# parts that repeat the type of the model around them
for family in idefics3 smolvlm; do
    lists "{\"model_type\": \"$family\", \"text_config\": {\"model_type\": \"llama\", \"hidden_size\": 2048},
        \"vision_config\": {\"model_type\": \"$family\", \"hidden_size\": 1152, \"num_hidden_layers\": 27}}" \
        '^vision_config\. block\+final layernorm full 1152 1e-06 f32 55$' '!not listed' '!guess'
done
lists '{"model_type": "idefics2", "text_config": {"model_type": "mistral"},
    "vision_config": {"model_type": "idefics2", "hidden_size": 1152, "num_hidden_layers": 27},
    "perceiver_config": {"model_type": "idefics2", "hidden_size": 4096}}' \
    '^vision_config\. block\+final layernorm full 1152 1e-06 f32 55$' \
    '^perceiver_config\. block\+final rmsnorm gamma 4096 1e-06 f32 10$' '!not listed' '!guess'
lists '{"model_type": "instructblip", "text_config": {"model_type": "opt"},
    "vision_config": {"model_type": "instructblip"}, "qformer_config": {"model_type": "instructblip"}}' \
    '^vision_config\. block\+final layernorm full 1408 1e-06 f32 79$' \
    '^qformer_config\. block\+final layernorm full 768 1e-12 f32 43$' '!not listed' '!guess'
lists '{"model_type": "siglip2", "text_config": {"model_type": "siglip2"},
    "vision_config": {"model_type": "siglip2", "mystery_norm": true}}' \
    '^text_config\. block\+final layernorm full 768 1e-06 f32 25$' \
    '^vision_config\. block\+final \(guess\) layernorm full 768 1e-06 f32 26$' '!not listed'
# the width of the projector's norm is that of such a part
lists '{"model_type": "mistral3", "text_config": {"model_type": "mistral"}, "vision_config": {"model_type": "mistral3"}}' \
    '^\. multi_modal_projector.norm rmsnorm gamma 1024 '

# a width and layers of the file itself, beside parts
lists '{"model_type": "glm46v", "hidden_size": 2560, "num_hidden_layers": 28, "vision_config": {}}' \
    '^\. block\+final \(guess\) rmsnorm gamma 2560 1e-05 f32 113$' '^vision_config\. vision blocks rmsnorm ' \
    "text_config: not in the file, whose own 'hidden_size' and 'num_hidden_layers' are taken as those of .*; a guess$"
lists '{"model_type": "clip", "hidden_size": 640, "num_hidden_layers": 9, "text_config": {}, "vision_config": {}}' \
    "hidden_size: with 'num_hidden_layers', not known to belong to clip; its norms are not known, and not listed$"
lists '{"model_type": "clip", "hidden_size": 640, "num_hidden_layers": 9, "text_config": {"hidden_size": 640},
    "vision_config": {}}' '!not listed' '!guess'
lists '{"model_type": "vit", "embed_dim": 384, "depth": 12}' \
    "embed_dim: vit is not known to use it, nor 'depth'; a guess$" '^\. block\+final \(guess\) '
lists '{"model_type": "swin", "embed_dim": 96, "hidden_size": 768, "num_layers": 4}' '^\. final ' '!guess'
lists '{"model_type": "llava", "hidden_size": 4096, "use_qk_norm": true}' '^\. block\+final \(guess\) rmsnorm '
# what is not sure of a model is not sure of its parts
lists '{"model_type": "clip", "architectures": ["EvaCLIPModel"], "auto_map": {"AutoConfig": "c"},
    "text_config": {"hidden_size": 1280}, "vision_config": {"hidden_size": 1792}}' \
    '^text_config\. block\+final \(guess\) ' '^vision_config\. block\+final \(guess\) '
lists '{"model_type": "mistral3", "text_config": {"model_type": "mistral", "norm_eps": 1e-5},
    "vision_config": {"model_type": "pixtral"}}' '^\. multi_modal_projector.norm \(guess\) '
# parts whose type has no entry, and parts that make no sense
lists '{"model_type": "fast_vlm", "text_config": {}, "vision_config": {"model_type": "mystery", "width": 8}}' \
    'vision_config: model_type "mystery" is not known; width 8 ' '!taken as' '^text_config\. block\+final rmsnorm '
lists '{"model_type": "got_ocr2", "text_config": {}, "vision_config": {"width": 8}}' \
    'vision_config: no model_type; width 8 from .*not listed$' '^text_config\. block\+final rmsnorm '
lists '{"model_type": "llava", "text_config": {}, "vision_config": {"model_type": "mystery", "hidden_size": {"a": 8}}}' \
    "vision_config: key 'vision_config.hidden_size' is an object, expected a number; .* not listed$" \
    '^text_config\. block\+final \(guess\) '
# norms of q and k that the entry has are listed once
lists '{"model_type": "qwen3", "num_hidden_layers": 4, "head_dim": 128, "use_qk_norm": true}' \
    '^\. q_norm,k_norm \(per head\) \(guess\) rmsnorm gamma 128 1e-06 f32 8$'
[ "$(grep -c q_norm lines)" = 1 ] || { failed=$((failed + 1)); echo "qwen3: q_norm is listed twice"; }

# towers that a file names without their widths
lists '{"model_type": "phi3_v", "embd_layer": {"embedding_cls": "image"}, "img_processor": {"image_dim_out": 1024,
    "model_name": "openai/clip-vit-large-patch14-336", "name": "clip_vision_model"}}' \
    '^\. block\+final ' 'img_processor: a tower, "clip_vision_model"; its norms are not known, and not listed$'
lists '{"model_type": "llava", "mm_vision_tower": "openai/clip-vit-large-patch14-336"}' \
    'mm_vision_tower: a tower, "openai/clip-vit-large-patch14-336"; its norms are not known, and not listed$'
lists '{"model_type": "llava", "mm_vision_tower": null}' '^\. block\+final ' '!a tower'
lists '{"model_type": "phi4mm", "embd_layer": {"image_embd_layer": {"embedding_cls": "tune_image"}},
    "audio_processor": {"name": "cascades", "config": {"attention_dim": 1024, "num_blocks": 24}}}' \
    'audio_processor: a tower, "cascades"; ' 'embd_layer.image_embd_layer: a tower; '
lists '{"model_type": "molmo"}' 'the vision tower stands in the model.s code, not in the file; its norms are not listed$'
lists '{"model_type": "phi4_multimodal", "vision_config": {"model_type": "phi4_multimodal_vision"},
    "audio_config": {"model_type": "phi4_multimodal_audio"}}' \
    '^\. block\+final rmsnorm gamma 3072 1e-05 f32 65$' '^vision_config\. block\+final layernorm full 1152 1e-06 f32 56$' \
    '^audio_config\. block\+final layernorm full 1024 1e-05 f32 120$' '!guess'

# what files of nested configs leave out has the value that its class gives it: width, eps and layers
defaults() {
    lists "{\"model_type\": \"llava\", \"text_config\": {\"model_type\": \"$1\"}}" \
        "^text_config\. block\+final $2 f32 $3\$" '!guess'
}
defaults qwen2_vl_text 'rmsnorm gamma 8192 1e-05' 161
defaults qwen2_5_vl_text 'rmsnorm gamma 8192 1e-05' 161
defaults qwen2_5_omni_text 'rmsnorm gamma 3584 1e-06' 57
defaults qwen2_5_omni_talker 'rmsnorm gamma 3584 1e-06' 57
defaults qwen3_omni_moe_text 'rmsnorm gamma 2048 1e-06' 57
defaults qwen3_5_text 'rmsnorm gamma1 4096 1e-06' 65
defaults qwen3_5_moe_text 'rmsnorm gamma1 2048 1e-06' 81
defaults smollm3 'rmsnorm gamma 2048 1e-06' 73
defaults arcee 'rmsnorm gamma 2560 1e-05' 65
defaults seed_oss 'rmsnorm gamma 4096 1e-06' 129
defaults ministral3 'rmsnorm gamma 4096 1e-05' 69
defaults ernie4_5 'rmsnorm gamma 1024 1e-05' 37
defaults ernie4_5_moe 'rmsnorm gamma 2560 1e-05' 57
defaults vaultgemma 'rmsnorm gamma1 2304 1e-06' 53
defaults flex_olmo 'rmsnorm gamma 4096 1e-06' 65
defaults plbart 'layernorm full 768 1e-05' 32
defaults bigbird_pegasus 'layernorm full 1024 1e-05' 82
defaults vit_msn 'layernorm full 768 1e-06' 25
for family in qwen2_vl qwen2_5_vl; do
    lists "{\"model_type\": \"$family\", \"text_config\": {}, \"vision_config\": {}}" \
        '^text_config\. block\+final rmsnorm gamma 8192 1e-05 f32 161$'
done
lists '{"model_type": "qwen3_5_moe", "text_config": {}}' '^text_config\. block\+final rmsnorm gamma1 2048 1e-06 f32 81$'

# the length of a head, where a key gives it
for family in exaone_moe doge lfm2; do
    lists "{\"model_type\": \"$family\", \"hidden_size\": 6144, \"num_attention_heads\": 64, \"head_dim\": 128}" \
        '^\. q_(norm|layernorm),k_[a-z]* .*rmsnorm gamma 128 '
    lists "{\"model_type\": \"$family\", \"hidden_size\": 6144, \"num_attention_heads\": 64}" \
        '^\. q_(norm|layernorm),k_[a-z]* .*rmsnorm gamma 96 '
done
lists '{"model_type": "gemma4_text", "num_hidden_layers": 2, "layer_types": ["sliding_attention", "full_attention"],
    "per_layer_config": {"1": {"head_dim": 48}}}' '^\. q/k norm of full-attention layers rmsnorm gamma 48 ' \
    '^\. v_norm of full-attention layers .* 48 ' '^\. q_norm,k_norm \(per head\) rmsnorm gamma 256 '
lists '{"model_type": "gemma4_text", "per_layer_config": {"1": {"head_dim": 48}, "3": {"head_dim": 64}}}' \
    "key 'per_layer_config\.[13]\.head_dim' is (48|64), expected the same whole number in each layer"
lists '{"model_type": "internvl", "downsample_ratio": 0.25, "text_config": {}, "vision_config": {"hidden_size": 64}}' \
    '^\. multi_modal_projector.layer_norm layernorm full 1024 '

# keys about norms whose text tells
lists '{"model_type": "mpt", "norm_type": "low_precision_layernorm"}' '^\. block\+final layernorm ' '!guess'
lists '{"model_type": "mpt", "norm_type": "rmsnorm"}' '^\. block\+final \(guess\) '
lists '{"model_type": "starcoder2", "norm_type": "rms"}' '^\. block\+final \(guess\) '
lists '{"model_type": "hunyuan_v1_moe", "architectures": ["HunYuanMoEV1ForCausalLM"], "auto_map": {"AutoConfig": "c"},
    "norm_type": "hf_rms"}' '^\. block\+final rmsnorm ' '!guess'
lists '{"model_type": "apertus", "qk_norm": true, "post_norm": false}' '^\. q_norm,k_norm ' '!guess'
lists '{"model_type": "apertus", "post_norm": true}' '^\. block\+final \(guess\) '
lists '{"model_type": "jamba", "mamba_inner_layernorms": true}' '^\. dt_layernorm ' '!guess'
lists '{"model_type": "patchtst", "d_model": 128, "norm_eps": 1e-5, "norm_type": "batchnorm"}' \
    "'norm_type' is \"batchnorm\", which lngen cannot make" '!guess'
lists '{"model_type": "speecht5", "hidden_size": 768, "layer_norm_eps": 1e-5}' '^\. block\+final \(guess\) layernorm '
lists '{"model_type": "nomic_bert", "architectures": ["NomicBertModel"], "auto_map": {"AutoConfig": "c"}, "n_embd": 768,
    "n_layer": 12, "layer_norm_epsilon": 1e-12, "prenorm": false, "use_rms_norm": false}' \
    '^\. block\+final layernorm full 768 1e-12 f32 25$' '!guess'
lists '{"model_type": "telechat", "n_layer": 2, "layer_norm_epsilon": 1e-5}' '^\. block\+final rmsnorm gamma 4096 1e-05 f32 5$'
lists '{"model_type": "xlm-roberta-xl"}' '^\. block\+final layernorm full 2560 1e-05 f32 73$'

# files of older forms, whose own keys are those of a part
lists '{"model_type": "paddleocr_vl", "hidden_size": 1024, "num_hidden_layers": 18, "rms_norm_eps": 1e-5,
    "vision_config": {"model_type": "paddleocr_vl"}}' '^\. block\+final rmsnorm gamma 1024 1e-05 f32 37$' \
    '^\. pre_norm layernorm full 1152 1e-05 f32 1$' '^vision_config\. block\+final layernorm ' '!guess'
lists '{"model_type": "ernie4_5_moe_vl", "architectures": ["Ernie4_5_VLMoeForConditionalGeneration"],
    "auto_map": {"AutoConfig": "c"}, "hidden_size": 2560, "num_hidden_layers": 28, "use_rmsnorm": true,
    "vision_config": {"model_type": "DFNRope_vision_transformer"}}' '^\. block\+final rmsnorm gamma 2560 1e-05 f32 57$' \
    '^\. after_norm rmsnorm gamma 2560 1e-05 f32 1$' '^vision_config\. block\+final layernorm full 1280 ' '!guess'
lists '{"model_type": "fuyu", "hidden_size": 4096, "num_hidden_layers": 36, "num_attention_heads": 64,
    "qk_layernorm": true}' '^\. block\+final layernorm full 4096 1e-05 f32 73$' '^\. q_layernorm,k_layernorm .* 64 '
lists '{"model_type": "llava_llama", "hidden_size": 2560, "llm_cfg": {"model_type": "llama", "hidden_size": 2560},
    "vision_tower_cfg": {"model_type": "siglip_vision_model", "hidden_size": 1152}, "mm_projector_cfg": {}}' \
    '^llm_cfg\. block\+final rmsnorm ' '^vision_tower_cfg\. block\+final layernorm ' '!^\. ' '!guess' \
    'mm_projector_cfg: may have a LayerNorm over merged patches; '
for family in llava_llama llava_qwen llava_mistral; do
    lists "{\"model_type\": \"$family\", \"hidden_size\": 64, \"mm_vision_tower\": \"openai/clip\"}" \
        '^\. block\+final rmsnorm gamma 64 ' 'mm_vision_tower: a tower' '!guess'
done
lists '{"d_model": 2560, "n_layer": 64, "ssm_cfg": {}, "rms_norm": true, "fused_add_norm": true}' \
    '^\. block\+final rmsnorm gamma 2560 1e-05 f32 65$' '!guess' '!mixer'
lists '{"d_model": 2560, "n_layer": 64, "ssm_cfg": {"layer": "Mamba2"}, "rms_norm": true}' \
    '^\. mixer.norm \(gated, grouped\) rmsnorm gamma 5120 1e-05 f32 64$' '!guess'

# parts of several models
lists '{"model_type": "florence2", "text_config": {"model_type": "florence2_language", "d_model": 768,
    "encoder_layers": 6, "decoder_layers": 6, "layernorm_embedding": true},
    "vision_config": {"model_type": "davit", "projection_dim": 768, "dim_embed": [128, 256, 512, 1024]}}' \
    '^\. image_proj_norm layernorm full 768 1e-05 f32 1$' '^text_config\. block\+final layernorm full 768 1e-05 f32 32$' \
    '^vision_config\. stage 3 layernorm full 512 1e-05 f32 36$' \
    '^vision_config\. convolution of stage 1 layernorm full 128 ' \
    '^vision_config\. convolution of stage 4 layernorm full 512 ' '!guess'
lists '{"model_type": "florence_vision", "embed_dim": [8, 16], "depths": [1, 1], "patch_prenorm": [true, false]}' \
    '^\. convolution of stage 1 layernorm full 3 ' '^\. convolution of stage 2 layernorm full 16 '
lists '{"model_type": "kosmos-2", "text_config": {"model_type": "kosmos_2_text_model"}, "vision_config": {}}' \
    '^text_config\. block\+final layernorm full 2048 1e-05 f32 73$' \
    '^text_config\. ffn_layernorm layernorm full 8192 1e-05 f32 24$' '!guess'
lists '{"model_type": "qwen3_omni_moe", "thinker_config": {"text_config": {"num_hidden_layers": 48}},
    "talker_config": {"text_config": {"num_hidden_layers": 20, "head_dim": 128}, "code_predictor_config": {}},
    "code2wav_config": {"model_type": ""}}' '^thinker_config\.text_config\. q_norm,k_norm .* 96$' \
    '^talker_config\.text_config\. q_norm,k_norm \(per head\) rmsnorm gamma 128 1e-06 f32 40$' \
    '^code2wav_config\. block\+final rmsnorm gamma 1024 1e-05 f32 17$' \
    '^code2wav_config\. upsample.norm layernorm full 1024 1e-06 f32 2$' '!guess'
lists '{"model_type": "gemma3n", "text_config": {}, "vision_config": {}, "audio_config": {}}' \
    '^\. embed_vision.hard_embedding_norm,soft_embedding_norm rmsnorm gamma 2048 1e-06 f32 2$' \
    '^\. embed_audio.hard_embedding_norm,soft_embedding_norm rmsnorm gamma 1536 1e-06 f32 3$' \
    '^\. embed_audio.embedding_post_projection_norm \(no weight\) rmsnorm none 2048 1e-06 f32 3$' '!guess'
lists '{"model_type": "deepseek_vl_v2", "architectures": ["DeepseekOCRForCausalLM"], "auto_map": {"AutoConfig": "c"},
    "language_config": {"hidden_size": 1280, "num_hidden_layers": 12, "kv_lora_rank": null, "q_lora_rank": null},
    "projector_config": {"model_type": "mlp_projector", "n_embed": 1280}, "vision_config": {"model_type": "vision",
    "width": {"clip-l-14-224": {"layers": 24, "width": 1024}, "sam_vit_b": {"layers": 12, "width": 768}}}}' \
    '^language_config\. block\+final rmsnorm gamma 1280 1e-06 f32 25$' \
    '^vision_config\. CLIP .* layernorm full 1024 1e-05 f32 49$' \
    '^vision_config\. SAM blocks layernorm full 768 1e-06 f32 24$' '!guess' '!not listed'
lists '{"model_type": "depth_anything", "backbone_config": {"model_type": "dinov2", "hidden_size": 384,
    "out_features": ["stage9", "stage10", "stage11", "stage12"], "apply_layernorm": true}}' \
    '^backbone_config\. block\+final layernorm full 384 1e-06 f32 28$' '!^\. '
lists '{"model_type": "depth_anything", "backbone_config": {"model_type": "dinov2", "apply_layernorm": false}}' \
    '^backbone_config\. block\+final .* 24$'
for family in mask2former upernet mm-grounding-dino; do
    lists "{\"model_type\": \"$family\", \"backbone_config\": {\"model_type\": \"swin\",
        \"out_features\": [\"stage1\", \"stage2\", \"stage3\", \"stage4\"]}}" \
        '^backbone_config\. output of stage 1 layernorm full 96 1e-05 f32 1$' \
        '^backbone_config\. output of stage 4 layernorm full 768 1e-05 f32 1$' '!^backbone_config\. final'
done

lists '{"model_type": "dia", "encoder_config": {}, "decoder_config": {}}' \
    '^encoder_config\. block\+final rmsnorm gamma 1024 1e-05 f32 25$' \
    '^decoder_config\. block\+final rmsnorm gamma 2048 1e-05 f32 55$' '!guess'
lists '{"model_type": "dots_ocr", "architectures": ["DotsOCRForCausalLM"], "auto_map": {"AutoConfig": "c"},
    "hidden_size": 1536, "num_hidden_layers": 28, "vision_config": {"model_type": "dots_vit", "embed_dim": 1280,
    "hidden_size": 1536, "num_hidden_layers": 42, "post_norm": true}}' '^\. block\+final rmsnorm gamma 1536 1e-06 f32 57$' \
    '^vision_config\. block\+final rmsnorm gamma 1280 1e-05 f32 86$' \
    '^vision_config\. merger.ln_q layernorm full 1280 1e-06 f32 1$' '!guess'

lists '{"model_type": "kimi_k25", "vision_config": {"model_type": "kimi_k25_vision", "hidden_size": 640,
    "num_hidden_layers": 9}}' '^vision_config\. vision blocks layernorm full 640 1e-05 f32 19$' \
    '^vision_config\. projector pre_norm layernorm full 640 '
lists '{"_class_name": "Flux2Transformer2DModel", "num_layers": 5, "num_single_layers": 20, "num_attention_heads": 24}' \
    '^\. norms of the blocks, norm_out \(modulated\) layernorm none 3072 1e-06 f32 41$' \
    '^\. norm_q,norm_k,.* rmsnorm gamma 128 1e-06 f32 60$' '!guess'
lists '{"_class_name": "ZImageTransformer2DModel", "qk_norm": true}' \
    '^\. norms of the blocks rmsnorm gamma 3840 1e-05 f32 136$' '^\. norm_q,norm_k .* gamma 128 1e-05 f32 68$' \
    '^\. cap_embedder.0 rmsnorm gamma 2560 1e-05 f32 1$' '^\. norm_final .* layernorm none 3840 1e-06 f32 1$' '!guess'
lists '{"model_type": "sam2_video", "vision_config": {"backbone_config": {"embed_dim_per_stage": [144, 288, 576, 1152],
    "blocks_per_stage": [2, 6, 36, 4]}}, "prompt_encoder_config": {"model_type": ""},
    "mask_decoder_config": {"model_type": ""}}' '^\. memory_attention layernorm full 256 1e-05 f32 13$' \
    '^\. mask_downsampler layer 4 layernorm full 256 1e-06 f32 1$' '!layer 5' \
    '^vision_config.backbone_config\. stage 1 layernorm full 144 1e-06 f32 5$' \
    '^vision_config.backbone_config\. stage 4 layernorm full 1152 1e-06 f32 7$' \
    '^prompt_encoder_config\. mask_embed.layer_norm2 layernorm full 16 1e-06 ' \
    '^mask_decoder_config\. block\+final layernorm full 256 1e-05 f32 9$' '!guess' '!not known'
lists '{"model_type": "sam3_video", "detector_config": {"model_type": "sam3", "detr_decoder_config": {"num_layers": 6,
    "layer_norm_eps": 1e-6}, "mask_decoder_config": {}, "geometry_encoder_config": {}},
    "tracker_config": {"model_type": "sam3_tracker_video", "vision_config": {"model_type": "sam3_vision_model"}}}' \
    '^detector_config.detr_decoder_config\. block\+final layernorm full 256 1e-05 f32 42$' \
    '^detector_config\. dot_product_scoring.text_mlp_out_norm layernorm full 256 1e-05 ' \
    '^detector_config.geometry_encoder_config\. block\+final layernorm full 256 1e-05 f32 12$' \
    '^tracker_config\. memory_attention layernorm full 256 ' 'tracker_config.vision_config: the tracker takes ' \
    '!^tracker_config.vision_config' '!guess' '!not known'
lists '{"model_type": "sam", "vision_config": {}, "mask_decoder_config": {}}' \
    '^mask_decoder_config\. block\+final layernorm full 256 1e-06 f32 8$' \
    '^mask_decoder_config\. layer_norm_final_attn layernorm full 256 1e-05 ' '!guess'
lists '{"model_type": "blt", "patcher_config": {}, "encoder_config": {}, "decoder_config": {}, "global_config": {}}' \
    '^patcher_config\. block\+final rmsnorm gamma 768 1e-05 f32 29$' '^encoder_config\. .* 1024 1e-05 f32 4$' \
    '^decoder_config\. .* 1024 1e-05 f32 37$' '^global_config\. .* 2048 1e-05 f32 50$' '!guess'
lists '{"model_type": "blt", "patch_in_forward": false, "patcher_config": {}, "decoder_config":
    {"cross_attn_all_layers": false}}' 'patcher_config: not run' '!^patcher_config\.' '^decoder_config\. .* 21$'
lists '{"model_type": "janus", "text_config": {}, "vision_config": {"hidden_size": 512}, "vq_config": {"embed_dim": 8}}' \
    '^vision_config\. block\+final layernorm full 512 1e-06 f32 50$' 'vq_config: GroupNorms' '!guess' '!not known'

# timm
lists '{"architecture": "vit_giant_patch14_dinov2", "num_features": 1536}' \
    '^\. block\+final layernorm full 1536 1e-06 f32 81$' '!guess'
lists '{"architecture": "vit_giant_patch14_reg4_dinov2"}' '^\. block\+final layernorm full 1536 1e-06 f32 81$'
lists '{"architecture": "vit_giant_patch14_224", "num_features": 1408}' '^\. block\+final layernorm full 1408 ' '!guess'
lists '{"architecture": "vit_giant_patch14_224", "num_features": 1536}' '^\. block\+final \(guess\) layernorm full 1408 ' \
    'num_features is 1536, but vit_giant_patch14_224 has 1408; a guess$'
lists '{"architecture": "vit_so400m_patch14_siglip_384"}' '^\. block\+final layernorm full 1152 1e-06 f32 56$'
lists '{"model_type": "timm_wrapper", "architecture": "vit_base_patch16_224"}' '^\. block\+final layernorm full 768 '
lists '{"architecture": "vit_gigantic_patch14_224"}' '^\. block\+final layernorm full 1664 1e-06 f32 97$'
lists '{"architecture": "convnext_xlarge"}' '^\. stage 3 layernorm full 1024 1e-06 f32 28$'
lists '{"architecture": "vit_base_patch16_clip_224"}' '^\. block\+final layernorm full 768 1e-05 f32 26$'
lists '{"architecture": "swin_tiny_patch4_window7_224"}' '^\. patch merging after stage 1 layernorm full 384 '
lists '{"architecture": "resnet50"}' 'architecture "resnet50" is not known and no key gives a width'

# keys that tell what norm an unknown type has
UNKNOWN='"model_type": "brand_new", "hidden_size": 64, "num_layers": 2'
lists "{$UNKNOWN, \"layer_norm_eps\": 1e-5, \"layer_norm_bias\": false}" '^\. block\+final \(guess\) layernorm gamma 64 '
lists "{$UNKNOWN, \"norm_eps\": 1e-5, \"norm_class\": \"LayerNorm\"}" '^\. block\+final \(guess\) layernorm '
# element types by other names, and one that is none
lists '{"model_type": "gpt2", "n_embd": 64, "torch_dtype": "half"}' '^\. block\+final layernorm full 64 1e-05 f16 '
lists '{"model_type": "gpt2", "n_embd": 64, "torch_dtype": "auto"}' '^\. block\+final ' '!not an element type'

# rounding in 16-bit kernels
rounds() {
    printf '{"model_type": "%s"%s}' "$1" "$4" >config.json
    ran=$((ran + 1))
    "$lngen" model --json --quiet config.json 2>&1 | grep -q "\"site\": \"$2\".*\"rounding\": \"$3\"" || {
        failed=$((failed + 1))
        echo "$1: $2 does not round $3"
    }
}
rounds chatglm 'block+final' once
rounds deberta 'block+final' before_gain
rounds deberta-v2 'block+final' once
rounds chameleon q_norm before_gain
rounds pix2struct_text_model 'block+final' promoted
rounds pix2struct_vision_model 'block+final' promoted
rounds kosmos_2_5_vision_model 'block+final' promoted
rounds SD3Transformer2DModel 'norm_q,norm_k,.* (per head)' promoted ', "qk_norm": "rms_norm"'
rounds olmo_hybrid 'linear_attn.o_norm (gated)' before_gain
rounds FluxTransformer2DModel 'norm_q,norm_k,.* (per head)' once

# counts
lists '{"model_type": "llama4_text", "num_hidden_layers": 4, "no_rope_layers": [1, 1, 1, 1]}' '^\. q/k L2 norm .* 8$'
lists '{"model_type": "llama4_text", "num_hidden_layers": 4, "no_rope_layers": []}' '^\. q/k L2 norm .* 6$'
lists '{"model_type": "llama4_text", "num_hidden_layers": 4, "no_rope_layer_interval": 2}' '^\. q/k L2 norm .* 4$'
lists '{"model_type": "grok-1", "hidden_size": 6144, "num_hidden_layers": 64}' '^\. block\+final .* 257$'
lists '{"model_type": "RefinedWeb", "hidden_size": 8192, "n_layer": 60, "n_head_kv": 8, "parallel_attn": true}' \
    '^\. block\+final layernorm full 8192 1e-05 f32 121$'
lists '{"model_type": "RefinedWebModel", "hidden_size": 4544, "n_layer": 32, "parallel_attn": true}' '^\. block.* 33$'
lists '{"model_type": "zamba"}' '^\. block\+final .* 90$' '^\. shared_transf.input_layernorm .* 13$'
lists '{"model_type": "longt5", "encoder_attention_type": "transient-global"}' \
    '^\. block\+final .* 32$' '^\. global_input_layer_norm rmsnorm gamma 512 1e-06 f32 6$'
lists '{"model_type": "longt5", "encoder_attention_type": "local"}' '^\. block\+final .* 32$' '!global'
for family in lfm2 lfm2_moe; do
    lists "{\"model_type\": \"$family\", \"num_hidden_layers\": 4}" '^\. q_layernorm,k_layernorm .* 8$'
    lists "{\"model_type\": \"$family\", \"num_hidden_layers\": 4, \"full_attn_idxs\": [1]}" '^\. q_layernorm.* 2$'
done
lists '{"model_type": "glm_moe_dsa", "num_hidden_layers": 12}' '^\. indexer.k_norm .* 12$'
lists '{"model_type": "glm_moe_dsa", "num_hidden_layers": 12, "index_topk_freq": 4, "index_skip_topk_offset": 3}' \
    '^\. indexer.k_norm .* 5$'
lists '{"model_type": "glm_moe_dsa", "num_hidden_layers": 3, "indexer_types": ["full", "shared", "shared"]}' \
    '^\. indexer.k_norm .* 1$'
lists '{"model_type": "glm_moe_dsa", "num_hidden_layers": 4, "index_topk_pattern": "FSSF"}' '^\. indexer.k_norm .* 2$'
lists '{"model_type": "arctic", "num_hidden_layers": 4, "parallel_attn_mlp_res": true}' '^\. block\+final rmsnorm .* 11$'
lists '{"model_type": "baichuan_m1", "hidden_size": 64, "num_hidden_layers": 2, "rms_norm_eps": 1e-6}' \
    '^\. block\+final rmsnorm gamma 64 1e-06 f32 5$' '!guess'
for kind in mamba linear_attention; do
    lists "{\"model_type\": \"bamba\", \"num_hidden_layers\": 3, \"layer_types\": [\"$kind\", \"full_attention\", \"$kind\"]}" \
        '^\. mamba.norm .* 2$'
done
lists '{"model_type": "wav2vec2", "adapter_attn_dim": 16}' '^\. block\+final .* 37$'
lists '{"model_type": "wav2vec2", "adapter_attn_dim": null}' '^\. block\+final .* 25$'
lists '{"model_type": "olmo_hybrid"}' '^\. q_norm .* 8$' '^\. linear_attn.o_norm .* 192 1e-05 f32 24$'
# a guessed eps is nothing that the model fixes
lists '{"model_type": "LLAMA", "hidden_size": 128, "num_hidden_layers": 3}' \
    'block\+final: eps 1e-06 is usual, and not read from the file$' '!fixed'
# heads with a norm of their own
with_class() {
    lists "{\"model_type\": \"$1\", \"num_hidden_layers\": 2, \"architectures\": [\"$2\"]}" "$3"
}
with_class modernbert ModernBertForQuestionAnswering '^\. block\+final .* 6$'
with_class modernbert ModernBertForMultipleChoice '^\. block\+final .* 6$'
with_class bert BertLMHeadModel '^\. block\+final .* 6$'
with_class bert BertModel '^\. block\+final .* 5$'
with_class roberta RobertaForCausalLM '^\. block\+final .* 6$'
with_class roberta-prelayernorm RobertaPreLayerNormForCausalLM '^\. block\+final .* 7$'
with_class megatron-bert MegatronBertForCausalLM '^\. block\+final .* 6$'
with_class electra ElectraForCausalLM '^\. embeddings .* 2$'
with_class rembert RemBertForCausalLM '^\. prediction head .* 1$'

echo "$ran configs, $failed wrong"
[ $failed = 0 ] && [ $ran -ge 20 ]
