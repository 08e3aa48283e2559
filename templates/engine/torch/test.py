% -- SPDX-License-Identifier: MIT
% -- test.py: the operators of a pair against PyTorch's own
"""Compares torch.ops.${P} and ${P}.swap with PyTorch: python3 ${P}_torch_test.py [--time]

Exits with 0 when all is right, with 1 when something is not, and with 77 when there is no PyTorch. --time prints how
long norms take before and after.
"""
import copy
import itertools
% include "engine/test_norms.py"
EPS = 1e-5


def operator(name, input, weight, bias, eps=EPS, width=None):
    width = input.shape[-1] if width is None else width
    if name == "layer_norm":
        return torch.ops.${P}.layer_norm(input, width, weight, bias, eps)
    return getattr(torch.ops.${P}, name)(input, width, weight, eps)


def plainly(name, input, weight, bias, eps=EPS):
    """The same norm in double, by operations that PyTorch differentiates."""
    x = input.double()
    if name == "layer_norm":
        return torch.nn.functional.layer_norm(x, x.shape[-1:], None if weight is None else weight.double(),
                                              None if bias is None else bias.double(), eps)
    y = x * torch.rsqrt(x.square().mean(-1, keepdim=True) + eps)
    return y if weight is None else y * (weight.double() + (1 if name == "rms_norm1" else 0))


def leaf(t):
    return None if t is None else t.detach().clone().requires_grad_()


class RMSNorm(torch.nn.Module):
    """As in Llama's models."""

    def __init__(self, width, eps=1e-6):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.rand(width) + 0.5)
        self.variance_epsilon = eps

    def forward(self, hidden_states):
        input_dtype = hidden_states.dtype
        hidden_states = hidden_states.to(torch.float32)
        variance = hidden_states.pow(2).mean(-1, keepdim=True)
        hidden_states = hidden_states * torch.rsqrt(variance + self.variance_epsilon)
        return self.weight * hidden_states.to(input_dtype)


class OneRMSNorm(RMSNorm):
    """As in Gemma's models."""

    def forward(self, hidden_states):
        x = hidden_states.float()
        x = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.variance_epsilon)
        return (x * (1.0 + self.weight.float())).type_as(hidden_states)


class LlamaBlock(torch.nn.Module):
    def __init__(self, width, norm):
        super().__init__()
        self.heads = 4
        self.input_layernorm, self.post_attention_layernorm = norm(width), norm(width)
        self.q, self.k, self.v, self.o = (torch.nn.Linear(width, width, bias=False) for _ in range(4))
        self.gate, self.up = (torch.nn.Linear(width, 2 * width, bias=False) for _ in range(2))
        self.down = torch.nn.Linear(2 * width, width, bias=False)

    def attend(self, x):
        batch, length, width = x.shape
        q, k, v = (p(x).view(batch, length, self.heads, width // self.heads).transpose(1, 2)
                   for p in (self.q, self.k, self.v))
        scores = q @ k.transpose(-2, -1) / (width // self.heads) ** 0.5
        scores = scores.masked_fill(torch.ones(length, length).triu(1).bool(), float("-inf"))
        return self.o((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width))

    def forward(self, x):
        x = x + self.attend(self.input_layernorm(x))
        h = self.post_attention_layernorm(x)
        return x + self.down(torch.nn.functional.silu(self.gate(h)) * self.up(h))


class Bert(torch.nn.Module):
    """Embeddings, a norm, encoder layers with norms after the residuals, a pooler."""

    def __init__(self, width, layers=2, words=50, longest=16):
        super().__init__()
        self.words, self.places = torch.nn.Embedding(words, width), torch.nn.Embedding(longest, width)
        self.norm = torch.nn.LayerNorm(width, eps=1e-12)
        self.layers = torch.nn.ModuleList(
            torch.nn.TransformerEncoderLayer(width, 4, 2 * width, 0.0, "gelu", batch_first=True)
            for _ in range(layers))
        self.pooler = torch.nn.Linear(width, width)

    def forward(self, tokens):
        x = self.norm(self.words(tokens) + self.places(torch.arange(tokens.shape[1])))
        for layer in self.layers:
            x = layer(x)
        return torch.tanh(self.pooler(x[:, 0]))


class Norms(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(7)

    def close(self, ours, theirs, dtype, message=None):
        """Within a few roundings of `dtype`, measured at the largest element."""
        self.assertEqual(ours.shape, theirs.shape, message)
        theirs = theirs.double()
        scale = float(theirs.abs().max()) if theirs.numel() else 0.0
        error = float((ours.double() - theirs).abs().max()) if theirs.numel() else 0.0
        self.assertLessEqual(error, scale * 16 * torch.finfo(dtype).eps, message)

    def parameters(self, width, dtype, weight, bias):
        return ((torch.rand(width) + 0.5).to(dtype) if weight else None,
                torch.randn(width).to(dtype) if bias else None)

    def each(self):
        for name, rows, parameters, weight, bias in NORMS:
            for width in WIDTHS:
                yield name, rows, width, *self.parameters(width, parameters, weight, bias)

    def inputs(self, width, dtype):
        wide = torch.randn(6, 4, width + 3)
        yield "packed", torch.randn(5, width).to(dtype)
        yield "three dimensions", torch.randn(2, 3, width).to(dtype)
        yield "one row", torch.randn(width).to(dtype)
        yield "many rows", torch.randn(70, width).to(dtype)
        yield "rows apart", wide.to(dtype)[:, 1, :width]
        yield "every other row", torch.randn(9, width).to(dtype)[::2]
        yield "unevenly spaced", wide.to(dtype)[:, ::2, 1:width + 1]
        yield "transposed", torch.randn(width, 4).to(dtype).t()
        yield "expanded", torch.randn(1, width).to(dtype).expand(3, width)
        yield "empty", torch.randn(0, width).to(dtype)
        yield "empty inside", torch.randn(2, 0, 3, width).to(dtype)

    def test_forward(self):
        for name, rows, width, weight, bias in self.each():
            for what, x in self.inputs(width, rows):
                before = x.clone()
                with torch.no_grad():
                    y = operator(name, x, weight, bias)
                self.assertEqual(y.dtype, rows)
                self.assertTrue(y.is_contiguous())
                self.close(y, plainly(name, x, weight, bias), rows, (name, width, what))
                self.assertTrue(torch.equal(x, before))

    def test_backward(self):
        for name, rows, width, weight, bias in self.each():
            for what, x in self.inputs(width, rows):
                for wanted in range(1, 8):
                    if wanted not in (1, 7) and what != "packed":
                        continue
                    ours, plain = ([leaf(t) if wanted >> i & 1 else t for i, t in enumerate((x, weight, bias))]
                                   for _ in range(2))
                    needed = [i for i, t in enumerate(ours) if t is not None and t.requires_grad]
                    if not needed:
                        continue
                    y = operator(name, *ours)
                    gradient = torch.randn(y.shape).to(rows)
                    found = torch.autograd.grad(y, [ours[i] for i in needed], gradient)
                    expected = torch.autograd.grad(plainly(name, *plain), [plain[i] for i in needed],
                                                   gradient.double())
                    for i, f, e in zip(needed, found, expected):
                        self.assertEqual(f.dtype, ours[i].dtype)
                        self.close(f, e, rows, (name, width, what, wanted, i))

    def test_against_torch(self):
        for name, rows, width, weight, bias in self.each():
            if name != "layer_norm" or (weight is not None and weight.dtype != rows):
                continue
            x = torch.randn(8, width).to(rows)
            theirs = torch.nn.functional.layer_norm(x, (width,), weight, bias, EPS)
            self.assertTrue(torch.allclose(operator(name, x, weight, bias).float(), theirs.float(),
                                           rtol=8 * torch.finfo(rows).eps, atol=8 * torch.finfo(rows).eps))

    def test_gradients_of_non_contiguous_gradients(self):
        for name, rows, width, weight, bias in self.each():
            x = torch.randn(4, width).to(rows)
            for gradient in (torch.randn(width, 4).to(rows).t(), torch.randn(1, width).to(rows).expand(4, width)):
                ours, plain = leaf(x), leaf(x)
                operator(name, ours, weight, bias).backward(gradient)
                plainly(name, plain, weight, bias).backward(gradient.double())
                self.close(ours.grad, plain.grad, rows, name)

    def test_gradients_of_gradients(self):
        for name, rows, width, weight, bias in self.each():
            if rows != torch.float32:
                continue
            found = []
            for compute in operator, plainly:
                x, w = leaf(torch.linspace(-1, 1, 3 * width).view(3, width).square()), leaf(weight)
                y = compute(name, x, w, bias)
                first, = torch.autograd.grad((y * y.detach().roll(1, 0)).sum(), x, create_graph=True)
                found.append(torch.autograd.grad(first.square().sum(), [x] if w is None else [x, w]))
            for ours, theirs in zip(*found):
                self.close(ours, theirs, torch.float32, name)

    def test_threads_change_no_bit(self):
        threads = torch.get_num_threads()
        try:
            for name, rows, width, weight, bias in self.each():
                x, found = torch.randn(500, width).to(rows), []
                for count in 1, 2, 3:
                    torch.set_num_threads(count)
                    t, w = leaf(x), leaf(weight)
                    y = operator(name, t, w, bias)
                    found.append((y, *torch.autograd.grad(y.sum(), [t] if w is None else [t, w])))
                for other in found[1:]:
                    self.assertTrue(all(torch.equal(a, b) for a, b in zip(found[0], other)))
        finally:
            torch.set_num_threads(threads)

    def test_what_aten_computes(self):
        for name in sorted({norm[0] for norm in NORMS}):
            x, weight = torch.randn(3, 100, dtype=torch.float64), torch.rand(100, dtype=torch.float64)
            self.close(operator(name, x, weight, None), plainly(name, x, weight, None), torch.float64)
            t = leaf(x)
            operator(name, t, weight, None).sum().backward()
            self.assertEqual(t.grad.dtype, torch.float64)
            y = operator(name, torch.empty(3, 100, device="meta"), torch.empty(100, device="meta"), None)
            self.assertEqual((y.device.type, tuple(y.shape)), ("meta", (3, 100)))

    def test_inference_mode(self):
        for name, rows, width, weight, bias in self.each():
            x = torch.randn(3, width).to(rows)
            with torch.inference_mode():
                y = operator(name, x, weight, bias)
            self.assertTrue(torch.equal(y, operator(name, x, weight, bias)))

    def test_forward_mode(self):
        import torch.autograd.forward_ad as forward_ad
        for name, rows, width, weight, bias in self.each():
            if rows != torch.float32:
                continue
            x, tangent = torch.randn(3, width), torch.randn(3, width)
            with forward_ad.dual_level(), torch.no_grad():
                ours = operator(name, forward_ad.make_dual(x, tangent), weight, bias)
                theirs = plainly(name, forward_ad.make_dual(x.double(), tangent.double()), weight, bias)
                self.close(forward_ad.unpack_dual(ours).tangent, forward_ad.unpack_dual(theirs).tangent, rows, name)

    def test_script_and_trace(self):
        for name, rows, width, weight, bias in self.each():
            if name != "layer_norm" or weight is None or bias is None or weight.dtype != rows:
                continue
            norm = torch.nn.LayerNorm(width).to(rows)
            model = torch.nn.Sequential(torch.nn.Linear(width, width).to(rows), norm)
            x = torch.randn(4, width).to(rows)
            ${P}.swap(model)
            y = model(x)
            for compiled in torch.jit.script(model), torch.jit.trace(model, x):
                self.assertTrue(torch.equal(compiled(x), y))
                self.assertIn("${P}::layer_norm", str(compiled.inlined_graph))

    def compare(self, model, inputs, dtype=torch.float32, expected=None):
        """Results and gradients of a model with its own norms, with ours, and with its own again."""
        def run(m):
            m.zero_grad()
            y = m(*inputs)
            y.float().square().sum().backward()
            return [y] + [p.grad.clone() for p in m.parameters()]
        keys, own = list(model.state_dict()), run(model)
        names = ${P}.swap(model)
        if expected is not None:
            self.assertEqual(names, expected)
        self.assertEqual(${P}.swap(model), [], "a second time there is nothing to swap")
        self.assertEqual(list(model.state_dict()), keys)
        ours = run(model)
        copied = run(copy.deepcopy(model))
        for o, w, c in zip(ours, own, copied):
            self.assertTrue(torch.equal(o, c))
            scale = float(w.float().abs().max()) + 1e-6
            self.assertLessEqual(float((o.float() - w.float()).abs().max()), scale * 256 * torch.finfo(dtype).eps)
        self.assertEqual(${P}.swap_back(model), names)
        again = run(model)
        self.assertTrue(all(torch.equal(a, b) for a, b in zip(again, own)))
        return names

    @unittest.skipUnless(any(n[0] == "layer_norm" for n in NORMS), "this pair has no LayerNorm")
    def test_bert(self):
        model = Bert(64)
        expected = ["norm"] + [f"layers.{i}.norm{n}" for i, n in itertools.product(range(2), (1, 2))]
        self.compare(model, [torch.randint(50, (2, 9))], expected=expected)
        with torch.no_grad():
            tokens = torch.randint(50, (2, 9))
            own = model.eval()(tokens)
            ${P}.swap(model)
            self.close(model(tokens), own, torch.float32)
        ${P}.swap_back(model)
        with torch.autocast("cpu", torch.bfloat16):
            own = model(tokens)
            ${P}.swap(model)
            self.assertEqual(model(tokens).dtype, own.dtype)
            self.assertLessEqual(float((model(tokens).float() - own.float()).abs().max()), 0.05)

    def test_llama(self):
        for norm, name in (RMSNorm, "rms_norm"), (OneRMSNorm, "rms_norm1"):
            if not any(n[0] == name for n in NORMS):
                continue
            expected = ["input_layernorm", "post_attention_layernorm"]
            self.compare(LlamaBlock(64, norm), [torch.randn(2, 7, 64)], expected=expected)
            self.compare(LlamaBlock(64, norm).bfloat16(), [torch.randn(2, 7, 64).bfloat16()], torch.bfloat16, expected)
            block = LlamaBlock(64, norm)  # rows of another type than the parameters: the norm's own code
            own = block.input_layernorm(torch.ones(2, 64, dtype=torch.bfloat16))
            ${P}.swap(block)
            ours = block.input_layernorm(torch.ones(2, 64, dtype=torch.bfloat16))
            self.assertEqual(ours.dtype, own.dtype)
            self.assertTrue(torch.equal(ours, own))
            x = torch.randn(2, 64)
            self.assertTrue(torch.equal(torch.jit.script(block.input_layernorm)(x), block.input_layernorm(x)))

    def test_what_is_not_swapped(self):
        class StrangeRMSNorm(RMSNorm):
            def forward(self, hidden_states):
                return super().forward(hidden_states) * 2

        class GatedRMSNorm(RMSNorm):
            def forward(self, hidden_states, gate):
                return super().forward(hidden_states) * gate

        model = torch.nn.ModuleList([StrangeRMSNorm(8), GatedRMSNorm(8), torch.nn.LayerNorm((3, 8)),
                                     torch.nn.GroupNorm(2, 8)])
        self.assertEqual(${P}.swap(model), [])
        self.assertEqual(${P}.swap_back(model), [])

    def refused(self, words, name, *arguments, **others):
        with self.assertRaisesRegex(RuntimeError, f"${P}::{name}: {words}"):
            operator(name, *arguments, **others)

    def test_bad_input(self):
        for name in sorted({norm[0] for norm in NORMS}):
            x, weight = torch.randn(3, 8), torch.rand(8)
            self.refused("width is 0", name, x, weight, None, width=0)
            self.refused("width is -8", name, x, weight, None, width=-8)
            self.refused(r"input has the shape \[3, 8\]; its last dimension should be 9", name, x, weight, None, width=9)
            self.refused(r"input has the shape \[\]", name, torch.tensor(1.0), weight, None, width=1)
            self.refused("input is of Int", name, x.int(), weight, None)
            self.refused("input is of ComplexFloat", name, torch.view_as_complex(torch.randn(3, 8, 2)), None, None)
            self.refused(r"weight has the shape \[7\]; it should be \[8\]", name, x, weight[:7], None)
            self.refused(r"weight has the shape \[1, 8\]", name, x, weight[None], None)
            self.refused("weight is of Double; it should be of Float", name, x, weight.double(), None)
            self.refused("weight is on meta; it should be on cpu", name, x, weight.to("meta"), None)
            for eps in -1e-5, float("nan"), float("inf"):
                self.refused("eps is", name, x, weight, None, eps)
            if name == "layer_norm":
                self.refused(r"bias has the shape \[9\]", name, x, weight, torch.rand(9))
            crooked = torch.frombuffer(bytearray(4 * 3 * 8 + 1), dtype=torch.float32, offset=1).view(3, 8)
            for _, _, dtype, with_weight, with_bias in [n for n in NORMS if n[:2] == (name, torch.float32)]:
                weight, bias = self.parameters(8, dtype, with_weight, with_bias)
                self.refused("input does not begin at a multiple of the size of its elements", name, crooked, weight, bias)
            with self.assertRaises(RuntimeError):
                operator(name, None, weight, None, width=8)


def show_times():
    """Each line: what, how long with PyTorch's own norm and with ours in us, and how many times faster."""
    torch.set_num_threads(1)
    print(f"one thread; PyTorch {torch.__version__}; us with its norm, with ours, quotient; kernels: WIDTH x ROWS")
    norms = [("LayerNorm", torch.nn.LayerNorm, "layer_norm"), ("RMSNorm", RMSNorm, "rms_norm")]
    for (title, make, name), width, rows in itertools.product(norms, WIDTHS, (1, 16, 256, 2048)):
        if width == 100 or not any(n[:2] == (name, torch.float32) for n in NORMS):
            continue
        own, ours = make(width), make(width)
        ${P}.swap(ours)
        x, gradient = torch.randn(rows, width), torch.randn(rows, width)
        t = leaf(x)

        def forward(norm):
            norm(x)

        def both(norm):
            t.grad = norm.weight.grad = None
            norm(t).backward(gradient)

        for what, work in ("forward", forward), ("forward and backward", both):
            best, count = [1e9, 1e9], max(3, 20000 // (rows * width // 100 + 100))
            for _ in range(30):
                for i, norm in enumerate((own, ours)):
                    with torch.set_grad_enabled(work is both):
                        best[i] = min(best[i], timeit.timeit(lambda: work(norm), number=count) / count * 1e6)
            print(f"{title} {width} x {rows}, {what}: {best[0]:.1f} {best[1]:.1f} {best[0] / best[1]:.2f}")


% include "engine/test_main.py"
