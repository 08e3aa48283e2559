% -- glue.cpp: operators of PyTorch that call a pair
#include <Python.h>

#include "${P}.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

/* torch.ops.${P}: what these operators have no kernel for, other types and devices among it, ATen computes. */
namespace {

using at::Tensor;
using OptionalTensor = c10::optional<Tensor>;

enum Form { LAYER_NORM, RMS_NORM, RMS_NORM1 };

const char *const names[] = {"${P}::layer_norm", "${P}::rms_norm", "${P}::rms_norm1"};

/* Whether the form rounds a normalised row of 16-bit elements before the gain multiplies it, here and in ATen. */
% local rounded = {}
% for _, s in ipairs(served) do rounded[s.form] = rounded[s.form] or s.norm.rounding == "before_gain" end
const bool rounded[] = {${tostring(rounded.layernorm or false)}, ${tostring(rounded.rmsnorm or false)},
                        ${tostring(rounded.rmsnorm1 or false)}};

struct Norm {
    Form form;
    at::ScalarType rows, parameters;
    bool mean, weight, bias;
    int (*forward)(const ${P}_args *args, size_t rows, size_t begin, size_t end);
    int (*backward)(const ${P}_args *args, size_t rows, size_t begin, size_t end);
    int (*finish)(const ${P}_args *args, size_t rows);
    size_t (*workspace)(size_t width, size_t rows);
};

const Norm norms[] = {
% for _, s in ipairs(served) do
%   local n, back = s.norm, s.norm.backward
    {${operators[s.form]:upper()}, at::ScalarType::${types[s.dtype]}, at::ScalarType::${types[s.params] or "Undefined"},
     ${tostring(n.op == "layernorm")}, ${tostring(s.gamma)}, ${tostring(s.beta)}, ${n.full}_rows,
%   if not back then
     nullptr, nullptr, nullptr},
%   elseif s.gamma then
     ${back.full}_rows, ${back.full}_finish, ${back.full}_workspace},
%   else
     ${back.full}_rows, ${back.full}_finish, nullptr},
%   end
% end
};

/* Fails for arguments that no norm could take, and names the argument. */
void check(Form form, const Tensor &input, int64_t width, const Tensor &weight, const Tensor &bias, double eps)
{
    const char *op = names[form];
    TORCH_CHECK(input.defined(), op, ": input is no tensor");
    TORCH_CHECK(width >= 1, op, ": width is ", width, "; it should be at least 1");
    TORCH_CHECK(at::isFloatingType(input.scalar_type()), op, ": input is of ", input.scalar_type(),
                "; it should be of a floating-point type");
    TORCH_CHECK(input.dim() >= 1 && input.size(-1) == width, op, ": input has the shape ", input.sizes(),
                "; its last dimension should be ", width);
    TORCH_CHECK(std::isfinite(eps) && eps >= 0, op, ": eps is ", eps, "; it should be a number of at least 0");
    for (const Tensor *t : {&weight, &bias}) {
        const char *name = t == &weight ? "weight" : "bias";
        if (!t->defined())
            continue;
        TORCH_CHECK(t->dim() == 1 && t->size(0) == width, op, ": ", name, " has the shape ", t->sizes(),
                    "; it should be [", width, "]");
        TORCH_CHECK(t->device() == input.device(), op, ": ", name, " is on ", t->device(), "; it should be on ",
                    input.device(), ", as input is");
        TORCH_CHECK(t->scalar_type() == input.scalar_type() || t->scalar_type() == at::kFloat, op, ": ", name,
                    " is of ", t->scalar_type(), "; it should be of ", input.scalar_type(), ", as input is, or Float");
    }
}

/* Whether a tensor is nothing but elements in this process's memory: no tracer's, no batch of vmap's, no tangent. */
bool is_plain(const Tensor &t)
{
    using Key = c10::DispatchKey;
    constexpr c10::DispatchKeySet plain({Key::CPU, Key::AutogradCPU, Key::AutocastCPU, Key::ADInplaceOrView});
    return !t.defined() || (plain.has_all(t.key_set()) && t.has_storage() && !t._fw_grad(0).defined());
}

/* The norm for these arguments, or none. */
const Norm *find(Form form, const Tensor &input, const Tensor &weight, const Tensor &bias)
{
    if (!is_plain(input) || !is_plain(weight) || !is_plain(bias))
        return nullptr;
    if (weight.defined() && bias.defined() && weight.scalar_type() != bias.scalar_type())
        return nullptr;
    const auto parameters = weight.defined() ? weight.scalar_type() : at::ScalarType::Undefined;
    for (const Norm &norm : norms)
        if (norm.form == form && norm.rows == input.scalar_type() && norm.weight == weight.defined() &&
            norm.bias == bias.defined() && norm.parameters == parameters)
            return &norm;
    return nullptr;
}

/* The same norm by ATen. */
Tensor by_aten(Form form, const Tensor &input, int64_t width, const Tensor &weight, const Tensor &bias, double eps)
{
    if (form == LAYER_NORM)
        return at::layer_norm(input, {width}, weight, bias, eps);
    const auto type = input.scalar_type();
    const Tensor wide = type == at::kDouble ? input : input.to(at::kFloat);
    Tensor y = wide * at::rsqrt(wide.square().mean({-1}, true) + eps);
    if (!weight.defined())
        return y.to(type);
    if (rounded[form])
        y = y.to(type).to(wide.scalar_type());
    const Tensor gain = weight.to(wide.scalar_type());
    return (y * (form == RMS_NORM1 ? gain + 1 : gain)).to(type);
}

struct Rows {
    Tensor tensor;
    size_t stride; /* in elements */
};

/* A tensor as rows: itself where its rows are evenly spaced, otherwise a contiguous copy. */
Rows rows_of(const Tensor &t)
{
    if (t.is_contiguous())
        return {t, (size_t)t.size(-1)};
    const int64_t width = t.size(-1);
    int64_t stride = 0, next = 0; /* of the rows; of the dimension before, where rows are evenly spaced */
    bool even = t.stride(-1) == 1 || width == 1;
    for (int64_t i = t.dim() - 2; even && i >= 0; i--) {
        if (t.size(i) == 1)
            continue;
        even = stride == 0 ? t.stride(i) >= width : t.stride(i) == next;
        stride = stride == 0 ? t.stride(i) : stride;
        next = t.stride(i) * t.size(i);
    }
    if (!even)
        return {t.contiguous(), (size_t)width};
    return {t, stride ? (size_t)stride : (size_t)width};
}

void check_status(Form form, int status)
{
    TORCH_CHECK(status == ${U}_OK, names[form], ": ", ${P}_message(status));
}

void check_alignment(Form form, const char *name, const Tensor &t)
{
    TORCH_CHECK(!t.defined() || (uintptr_t)t.data_ptr() % t.element_size() == 0, names[form], ": ", name,
                " does not begin at a multiple of the size of its elements");
}

Tensor value_of(const OptionalTensor &t) { return t.has_value() ? *t : Tensor(); }

OptionalTensor optional(const Tensor &t) { return t.defined() ? OptionalTensor(t) : c10::nullopt; }

Tensor with_stride_1(const Tensor &t) { return t.defined() ? t.contiguous() : t; }

void *data_of(const Tensor &t) { return t.defined() ? t.data_ptr() : nullptr; }

float *floats_of(const Tensor &t) { return t.defined() ? t.data_ptr<float>() : nullptr; }

/* Calls work(begin, end) for parts of `count` pieces of `elements` each, on the threads of at::parallel_for. */
template <class Work> void share(Form form, int64_t count, int64_t elements, const Work &work)
{
    at::parallel_for(0, count, std::max<int64_t>(1, at::internal::GRAIN_SIZE / elements),
                     [&](int64_t begin, int64_t end) { check_status(form, work((size_t)begin, (size_t)end)); });
}

/* y, and mean and rstd of each row where they are wanted. */
Tensor forward(const Norm &norm, const Tensor &input, Tensor weight, Tensor bias, double eps, Tensor *mean,
               Tensor *rstd)
{
    const int64_t width = input.size(-1), rows = input.numel() / width;
    const Tensor y = at::empty(input.sizes(), input.options());
    if (rstd)
        *rstd = at::empty({rows}, at::kFloat);
    if (mean && norm.mean)
        *mean = at::empty({rows}, at::kFloat);
    if (rows == 0)
        return y;
    const Rows x = rows_of(input);
    weight = with_stride_1(weight), bias = with_stride_1(bias);
    check_alignment(norm.form, "input", x.tensor);
    check_alignment(norm.form, "weight", weight);
    check_alignment(norm.form, "bias", bias);
    ${P}_args args = {};
    args.width = (size_t)width;
    args.x_stride = x.stride, args.y_stride = (size_t)width;
    args.x = data_of(x.tensor), args.y = data_of(y);
% if has.gamma then
    args.gamma = data_of(weight);
% end
% if has.beta then
    args.beta = data_of(bias);
% end
% if has.mean then
    args.mean = mean ? floats_of(*mean) : nullptr;
% end
    args.rstd = rstd ? floats_of(*rstd) : nullptr;
    args.eps = (float)eps;
    share(norm.form, rows, width,
          [&](size_t begin, size_t end) { return norm.forward(&args, (size_t)rows, begin, end); });
    return y;
}

% if has.backward then
struct Gradients {
    Tensor input, weight, bias;
};

Gradients backward(const Norm &norm, const Tensor &gradient, const Tensor &input, Tensor weight, const Tensor &mean,
                   const Tensor &rstd)
{
    const int64_t width = input.size(-1), rows = input.numel() / width;
    Gradients g;
    g.input = at::empty(input.sizes(), input.options());
    if (norm.weight)
        g.weight = at::empty({width}, at::kFloat);
    if (norm.bias)
        g.bias = at::empty({width}, at::kFloat);
    if (rows == 0) {
        for (Tensor *t : {&g.weight, &g.bias})
            if (t->defined())
                t->zero_();
        return g;
    }
    const Rows x = rows_of(input), dy = rows_of(gradient);
    weight = with_stride_1(weight);
    check_alignment(norm.form, "gradient", dy.tensor);
    ${P}_args args = {};
    args.width = (size_t)width;
    args.x_stride = x.stride, args.dy_stride = dy.stride, args.dx_stride = (size_t)width;
    args.x = data_of(x.tensor), args.dy = data_of(dy.tensor), args.dx = data_of(g.input);
% if has.mean then
    args.mean = floats_of(mean);
% end
    args.rstd = floats_of(rstd);
% if has.dgamma then
    args.gamma = data_of(weight), args.dgamma = floats_of(g.weight);
% end
% if has.dbeta then
    args.dbeta = floats_of(g.bias);
% end
% if has.dgamma then
    Tensor workspace;
    if (norm.workspace) {
        args.workspace_bytes = norm.workspace((size_t)width, (size_t)rows);
        workspace = at::empty({(int64_t)args.workspace_bytes}, at::kByte);
        args.workspace = (float *)data_of(workspace);
    }
% end
    const int64_t block = ${U}_BACKWARD_BLOCK;
    share(norm.form, (rows + block - 1) / block, block * width, [&](size_t begin, size_t end) {
        return norm.backward(&args, (size_t)rows, begin * block, std::min(end * block, (size_t)rows));
    });
    check_status(norm.form, norm.finish(&args, (size_t)rows));
    return g;
}

struct WithGradients : torch::autograd::Function<WithGradients> {
    static Tensor forward(torch::autograd::AutogradContext *ctx, const Tensor &input, const OptionalTensor &weight_given,
                          const OptionalTensor &bias_given, int64_t which, double eps)
    {
        const Tensor weight = value_of(weight_given), bias = value_of(bias_given);
        Tensor mean, rstd;
        const Tensor y = ::forward(norms[which], input, weight, bias, eps, &mean, &rstd);
        ctx->save_for_backward({input, weight, bias, mean, rstd});
        ctx->saved_data["which"] = which;
        ctx->saved_data["eps"] = eps;
        return y;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext *ctx,
                                                   const torch::autograd::variable_list &gradients)
    {
        const auto saved = ctx->get_saved_variables();
        const Tensor &input = saved[0], &weight = saved[1], &bias = saved[2];
        const Norm &norm = norms[ctx->saved_data["which"].toInt()];
        if (at::GradMode::is_enabled()) /* gradients of gradients are asked for */
            return by_autograd(norm.form, input, weight, bias, ctx->saved_data["eps"].toDouble(), gradients[0]);
        const Gradients g = ::backward(norm, gradients[0], input, weight, saved[3], saved[4]);
        const auto as = [](const Tensor &t, const Tensor &like) { return t.defined() ? t.to(like.scalar_type()) : t; };
        return {g.input, as(g.weight, weight), as(g.bias, bias), Tensor(), Tensor()};
    }

    static torch::autograd::variable_list by_autograd(Form form, const Tensor &input, const Tensor &weight,
                                                      const Tensor &bias, double eps, const Tensor &gradient)
    {
        torch::autograd::variable_list wanted, all(5);
        for (const Tensor *t : {&input, &weight, &bias})
            if (t->defined() && t->requires_grad())
                wanted.push_back(*t);
        const Tensor y = by_aten(form, input, input.size(-1), weight, bias, eps);
        const auto found = torch::autograd::grad({y}, wanted, {gradient}, c10::nullopt, true);
        size_t i = 0, k = 0;
        for (const Tensor *t : {&input, &weight, &bias}) {
            if (t->defined() && t->requires_grad())
                all[i] = found[k++];
            i++;
        }
        return all;
    }
};

% end
Tensor normalise(Form form, const Tensor &input, int64_t width, const Tensor &weight, const Tensor &bias, double eps)
{
    check(form, input, width, weight, bias, eps);
    const Norm *norm = find(form, input, weight, bias);
    const auto wants = [](const Tensor &t) { return t.defined() && t.requires_grad(); };
    const bool gradients = at::GradMode::is_enabled() && (wants(input) || wants(weight) || wants(bias));
    if (norm && !gradients)
        return forward(*norm, input, weight, bias, eps, nullptr, nullptr);
% if has.backward then
    if (norm && norm->backward)
        return WithGradients::apply(input, optional(weight), optional(bias), (int64_t)(norm - norms), eps);
% end
    return by_aten(form, input, width, weight, bias, eps);
}

% if offers.layernorm then
Tensor layer_norm(const Tensor &input, int64_t width, const OptionalTensor &weight, const OptionalTensor &bias,
                  double eps)
{
    return normalise(LAYER_NORM, input, width, value_of(weight), value_of(bias), eps);
}

% end
% if offers.rmsnorm then
Tensor rms_norm(const Tensor &input, int64_t width, const OptionalTensor &weight, double eps)
{
    return normalise(RMS_NORM, input, width, value_of(weight), Tensor(), eps);
}

% end
% if offers.rmsnorm1 then
Tensor rms_norm1(const Tensor &input, int64_t width, const OptionalTensor &weight, double eps)
{
    return normalise(RMS_NORM1, input, width, value_of(weight), Tensor(), eps);
}

% end
} // namespace

TORCH_LIBRARY(${P}, library)
{
% if offers.layernorm then
    library.def("layer_norm(Tensor input, int width, Tensor? weight, Tensor? bias, float eps) -> Tensor", layer_norm);
% end
% if offers.rmsnorm then
    library.def("rms_norm(Tensor input, int width, Tensor? weight, float eps) -> Tensor", rms_norm);
% end
% if offers.rmsnorm1 then
    library.def("rms_norm1(Tensor input, int width, Tensor? weight, float eps) -> Tensor", rms_norm1);
% end
}

/* Loading the module registers the operators. */
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "${P}_torch", nullptr, -1, nullptr,
                                 nullptr,               nullptr,      nullptr, nullptr};

PyMODINIT_FUNC PyInit_${P}_torch(void) { return PyModule_Create(&definition); }
