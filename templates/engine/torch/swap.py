% -- swap.py: the norms of a model of PyTorch call a pair
"""The norms of a model call torch.ops.${P}, and later their own code again.

    import ${P}
    ${P}.swap(model)        # the names of the norms that have been swapped
    ${P}.swap_back(model)

A swapped norm is the same object with the same parameters, hooks and names; only its class is another. So state_dict()
is the same. torch.save(model), which saves classes too, needs swap_back() before.
"""
import torch
import ${P}_torch  # noqa: F401, makes torch.ops.${P}

% if offers.layernorm then

class LayerNorm(torch.nn.LayerNorm):
    ${P}_class = torch.nn.LayerNorm

    def forward(self, input):
        return torch.ops.${P}.layer_norm(input, self.normalized_shape[0], self.weight, self.bias, self.eps)

% end
% local rms = {}
% if offers.rmsnorm then rms[#rms + 1] = "rms_norm" end
% if offers.rmsnorm1 then rms[#rms + 1] = "rms_norm1" end
% for _, name in ipairs(rms) do

def _${name}(self, hidden_states):
    if not torch.jit.is_scripting():
        if hidden_states.dtype != self.weight.dtype:  # of which type y is then, the norm's own code says
            return self.${P}_forward(hidden_states)
    return torch.ops.${P}.${name}(hidden_states, self.weight.shape[0], self.weight, self.${P}_eps)

% end

% if #rms > 0 then
_RMS_NORMS = {${'"' .. rms[1] .. '": _' .. rms[1]}${rms[2] and ', "' .. rms[2] .. '": _' .. rms[2] or ""}}
_classes = {}  # of swapped RMSNorms, by their own class and the operator


def _epsilon(norm):
    for name in "variance_epsilon", "eps", "epsilon", "norm_eps":
        value = getattr(norm, name, 0)
        if isinstance(value, float):
            return value
        if value is None:
            return torch.finfo(norm.weight.dtype).eps
    return None


def _operator(norm, eps):
    """The operator that computes what an RMSNorm, whoever wrote it, says of three rows; None where none does."""
    weight = norm.weight
    scales = torch.tensor([[1.0], [1e-3], [30.0]])
    rows = torch.randn(3, weight.shape[0], generator=torch.Generator().manual_seed(1)) * scales
    rows = rows.to(device=weight.device, dtype=weight.dtype)
    tolerance = 1e-5 if weight.dtype == torch.float32 else 4 * torch.finfo(weight.dtype).eps
    with torch.no_grad():
        try:
            told = type(norm).forward(norm, rows)
        except Exception:  # a norm of another kind: it wants other arguments
            return None
        for name in _RMS_NORMS:
            ours = getattr(torch.ops.${P}, name)(rows, weight.shape[0], weight, eps)
            if isinstance(told, torch.Tensor) and told.shape == ours.shape and told.dtype == ours.dtype and \
                    torch.allclose(told.float(), ours.float(), rtol=tolerance, atol=tolerance):
                return name
    return None


def _swap_rms(norm):
    weight, eps = getattr(norm, "weight", None), None
    if isinstance(weight, torch.nn.Parameter) and weight.dim() == 1 and weight.is_floating_point() and \
            weight.device.type != "meta":
        eps = _epsilon(norm)
    name = _operator(norm, eps) if eps is not None else None
    if name is None:
        return False
    own = type(norm)
    if (own, name) not in _classes:
        _classes[own, name] = type(own.__name__, (own,), {"forward": _RMS_NORMS[name], "${P}_forward": own.forward,
                                                          "${P}_class": own})
    norm.${P}_eps = eps
    norm.__class__ = _classes[own, name]
    return True


% end
def swap(model):
    """Swaps LayerNorms over one dimension, and RMSNorms that are called so; returns the names of those swapped."""
    names = []
    for name, module in model.named_modules():
        if isinstance(module, torch.jit.ScriptModule) or hasattr(type(module), "${P}_class"):
            continue
% if offers.layernorm then
        if type(module) is torch.nn.LayerNorm and len(module.normalized_shape) == 1:
            module.__class__ = LayerNorm
            names.append(name)
% end
% if #rms > 0 then
        if "RMSNorm" in type(module).__name__ and _swap_rms(module):
            names.append(name)
% end
    return names


def swap_back(model):
    """Gives swapped norms their own class again; returns their names."""
    names = []
    for name, module in model.named_modules():
        own = getattr(type(module), "${P}_class", None)
        if own is not None:
            module.__class__ = own
            module.__dict__.pop("${P}_eps", None)
            names.append(name)
    return names
