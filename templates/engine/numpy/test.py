% -- SPDX-License-Identifier: MIT
% -- test.py: the module against NumPy in double
"""Compares ${P} with NumPy in float64: python3 ${P}_numpy_test.py [--time]

Exits with 0 when all is right, with 1 when something is not, and with 77 when there is no NumPy. --time prints how long
norms take, with NumPy in the type of the rows and with ${P}.
"""
% include "engine/test_norms.py"
RANDOM = numpy.random.default_rng(7)


def parameters(width, dtype, gamma, beta):
    given = {}
    if gamma:
        given["gamma"] = RANDOM.uniform(0.5, 1.5, width).astype(dtype)
    if beta:
        given["beta"] = RANDOM.standard_normal(width).astype(dtype)
    return given


def plainly(name, x, gamma=None, beta=None, eps=None, dtype=numpy.float64):
    x = x.astype(dtype, copy=False)
    eps = dtype(eps if eps is not None else 1e-5 if name == "layernorm" else 1e-6)
    if name == "layernorm":
        x = x - x.mean(-1, keepdims=True)
    y = x / numpy.sqrt((x * x).mean(-1, keepdims=True) + eps)
    if gamma is not None:
        gamma = gamma.astype(dtype, copy=False)
        y = y * (1 + gamma if name == "rmsnorm1" else gamma)
    return y if beta is None else y + beta.astype(dtype, copy=False)


def rows_of(width, dtype):
    wide = RANDOM.standard_normal((6, 4, width + 3)).astype(dtype)
    yield wide[:, :, :width]
    yield wide[:, 2, 3:]
    yield wide[::2, 1, :width]
    yield wide[0, 0, :width]
    yield RANDOM.standard_normal((70, width)).astype(dtype)
    yield RANDOM.standard_normal((2, 3, 1, width)).astype(dtype)
    yield numpy.zeros((0, width), dtype)
    yield numpy.zeros((3, 0, width), dtype)


class Norms(unittest.TestCase):
    def each(self):
        for name, dtype, of_parameters, gamma, beta in NORMS:
            for width in WIDTHS:
                for x in rows_of(width, dtype):
                    yield getattr(${P}, name), name, x, parameters(width, of_parameters, gamma, beta)

    def close(self, ours, theirs):
        self.assertEqual(ours.shape, theirs.shape)
        scale = numpy.abs(theirs).max(initial=0)
        error = numpy.abs(ours.astype(numpy.float64) - theirs).max(initial=0)
        self.assertLessEqual(error, scale * 4 * numpy.finfo(ours.dtype).eps)

    def test_against_float64(self):
        for norm, name, x, given in self.each():
            before = x.copy()
            for eps in None, 0.25:
                ours = norm(x, **given, **({} if eps is None else {"eps": eps}))
                self.assertEqual(ours.dtype, x.dtype)
                self.close(ours, plainly(name, x, **given, eps=eps))
            self.assertTrue(numpy.array_equal(x, before))

    def test_out(self):
        for norm, name, x, given in self.each():
            y = norm(x, *given.values())
            out = numpy.empty_like(x)
            self.assertIs(norm(x, **given, out=out), out)
            self.assertTrue(numpy.array_equal(out, y))
            apart = numpy.full(x.shape[:-1] + (x.shape[-1] + 5,), 9, x.dtype)
            norm(x, **given, out=apart[..., :x.shape[-1]])
            self.assertTrue(numpy.array_equal(apart[..., :x.shape[-1]], y))
            self.assertTrue((apart[..., x.shape[-1]:] == 9).all())
            self.assertIs(norm(x, **given, out=x), x)
            self.assertTrue(numpy.array_equal(x, y))

    def refused(self, words, norm, *arguments, kind=ValueError, **others):
        out = others.get("out")
        before = out.copy() if isinstance(out, numpy.ndarray) else None
        with self.assertRaisesRegex(kind, words):
            norm(*arguments, **others)
        if before is not None:
            self.assertTrue(numpy.array_equal(out, before), "nothing is written")

    def test_bad_input(self):
        for name, dtype, of_parameters, gamma, beta in NORMS:
            norm, given = getattr(${P}, name), parameters(8, of_parameters, gamma, beta)
            x = RANDOM.standard_normal((3, 8)).astype(dtype)
            self.refused("^x: is of type list; it should be a numpy.ndarray", norm, [1.0], kind=TypeError, **given)
            self.refused("^x: is of type NoneType", norm, None, kind=TypeError, **given)
            self.refused("^x: .* has no norm for this; it has.*" + dtype, norm, x.astype(numpy.float64), **given)
            self.refused("^x: has no axis", norm, numpy.array(1, dtype), **given)
            self.refused("^x: has no elements along its last axis", norm, x[:, :0], **given)
            self.refused("^x: its bytes are swapped", norm, x.astype(x.dtype.newbyteorder()), **given)
            self.refused("^x: its last axis is not contiguous", norm,
                         numpy.zeros((3, 16), dtype)[:, ::2], **given)
            self.refused("^x: its last axis is not contiguous", norm, x[:, ::-1], **given)
            for wrong in x[::-1], numpy.broadcast_to(x[:1], (3, 8)), numpy.zeros((4, 5, 8), dtype)[:, ::2][:, :2]:
                self.refused("^x: its rows are not at equal distances", norm, wrong, **given)
            crooked = numpy.frombuffer(bytearray(x.nbytes + 1), dtype, x.size, 1).reshape(3, 8)
            self.refused("^x: does not begin at a multiple", norm, crooked, **given)
            for eps in -1e-5, float("nan"), float("inf"), 1e300, 10**400:
                self.refused("^eps: should be a number of at least 0 that float32", norm, x, **given, eps=eps)
            for eps in None, "1e-5":
                self.refused("^eps: is of type .*; it should be a number", norm, x, kind=TypeError, **given, eps=eps)
            for parameter in given:
                def changed(value):
                    return {**given, parameter: value}
                self.refused(f"^{parameter}: should be of shape \\(8,\\)", norm, x, **changed(given[parameter][:7]))
                self.refused(f"^{parameter}: should be of shape", norm, x, **changed(given[parameter][None]))
                self.refused(f"^{parameter}: .* has no norm", norm, x, **changed(given[parameter].astype("i4")))
                self.refused(f"^{parameter}: is not contiguous", norm, x,
                             **changed(numpy.zeros(16, of_parameters)[::2]))
                self.refused(f"^{parameter}: is of type str", norm, x, kind=TypeError, **changed("1"))
            out = numpy.full_like(x, 9)
            self.refused("^out: its shape", norm, x, **given, out=out[:2])
            self.refused("^out: its dtype", norm, x, **given, out=out.astype(numpy.float64))
            self.refused("^out: is of type list", norm, x, kind=TypeError, **given, out=[1])
            self.refused("^out: its last axis", norm, x, **given, out=numpy.full((3, 16), 9, dtype)[:, ::2])
            frozen = out.copy()
            frozen.flags.writeable = False
            self.refused("^out: it is read-only", norm, x, **given, out=frozen)
            memory = numpy.full(3 * 8 + 4, 9, dtype)
            self.refused("^out: ", norm, memory[:24].reshape(3, 8), **given, out=memory[4:].reshape(3, 8))


def show_times():
    """Each line: what, how long with NumPy and with ours in us, and how many times faster."""
    print(f"NumPy {numpy.__version__}; us with NumPy, with ours, quotient; WIDTH x ROWS")
    for name, dtype, of_parameters, gamma, beta in NORMS:
        for width in WIDTHS:
            for rows in 1, 16, 256, 2048:
                x, given = RANDOM.standard_normal((rows, width)).astype(dtype), parameters(width, of_parameters, gamma, beta)
                norm, out, best = getattr(${P}, name), numpy.empty_like(x), [1e9, 1e9]
                count = max(3, 20000 // (rows * width // 100 + 100))
                for _ in range(15):
                    for i, work in enumerate((lambda: plainly(name, x, **given, dtype=x.dtype.type),
                                              lambda: norm(x, **given, out=out))):
                        best[i] = min(best[i], timeit.timeit(work, number=count) / count * 1e6)
                print(f"{name} {dtype} {width} x {rows}: {best[0]:.1f} {best[1]:.1f} {best[0] / best[1]:.1f}")


% include "engine/test_main.py"
