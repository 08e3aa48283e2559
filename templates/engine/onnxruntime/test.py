% -- SPDX-License-Identifier: MIT
% -- test.py: the custom operators against ONNX Runtime's own
% local has, NUMPY = {}, { f32 = "float32", f16 = "float16", bf16 = "uint16" }
% for _, s in ipairs(served) do has[s.form] = true end
"""Compares lib${P}_ort.so with ONNX Runtime's own norms: python3 ${P}_ort_test.py [--time]

The library lies beside this file. Of ONNX Runtime only libonnxruntime is needed: that which ONNXRUNTIME_LIBRARY names,
that of the npm package onnxruntime-node in node_modules here or in NODE_PATH, or the system's. Exits with 0 when all is
right, with 1 when something is not, and with 77 when ONNX Runtime, NumPy or onnx is missing. --time prints how long
models with one norm take before and after.
"""
import ctypes
import ctypes.util
import glob
import os
import sys
import tempfile
import timeit
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def library():
    if "ONNXRUNTIME_LIBRARY" in os.environ:
        return os.environ["ONNXRUNTIME_LIBRARY"]
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(os.uname().machine, "none")
    for modules in ["node_modules", *os.environ.get("NODE_PATH", "").split(":")]:
        for path in glob.glob(f"{modules}/onnxruntime-node/bin/napi-*/linux/{machine}/libonnxruntime.so.1"):
            return path
    return ctypes.util.find_library("onnxruntime")


try:
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper
except ImportError as error:
    skip(f"{error}; Debian has it as python3-numpy or python3-onnx")
if not library():
    skip("no libonnxruntime; npm install onnxruntime-node brings it")
import ${P}_onnx

# operator, type of elements, whether it has B
SERVED = [
% for _, s in ipairs(served) do
    ("${operators[s.form]}", TensorProto.${types[s.dtype]}, ${s.beta and "True" or "False"}),
% end
]
TYPES = {"float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16, "float64": TensorProto.DOUBLE,
         "int64": TensorProto.INT64}
DTYPES = {number: numpy.dtype(name) for name, number in TYPES.items()}
RANDOM = numpy.random.default_rng(7)


class Runtime:
    """As much of ONNX Runtime's C interface as the tests need: functions by their places in its table."""

    PLACES = {"message": 2, "create_env": 3, "create_session": 8, "run": 9, "create_options": 10, "optimise": 23,
              "set_threads": 24, "register": 29, "create_tensor": 49, "get_data": 51, "get_type": 60,
              "count_dimensions": 61, "get_dimensions": 62, "get_shape": 65, "create_memory": 69, "release_status": 93,
              "release_session": 95, "release_value": 96, "release_shape": 99, "release_options": 100}

    def __init__(self):
        base = ctypes.CDLL(library()).OrtGetApiBase
        base.restype = ctypes.POINTER(ctypes.c_void_p)
        get_api, get_version = base()[0], base()[1]
        self.version = ctypes.CFUNCTYPE(ctypes.c_char_p)(get_version)().decode()
        self.table = ctypes.cast(ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint32)(get_api)(17),
                                 ctypes.POINTER(ctypes.c_void_p))
        self.env = self.made("create_env", 4, b"test")  # 4: logs nothing
        self.memory = self.made("create_memory", 0, 0)

    def function(self, name, *arguments):
        restype = ctypes.c_char_p if name == "message" else ctypes.c_void_p
        types = [a if isinstance(a, type) else type(a) for a in arguments]
        return ctypes.CFUNCTYPE(restype, *types)(self.table[self.PLACES[name]])

    def call(self, name, *arguments):
        """Calls a function that returns a status; int is int, other things are pointers or ctypes' own."""
        arguments = [ctypes.c_int(a) if isinstance(a, int) else ctypes.c_char_p(a) if isinstance(a, bytes) else
                     ctypes.c_void_p() if a is None else a for a in arguments]
        self.check(self.function(name, *arguments)(*arguments))

    def check(self, status):
        if status:
            text = self.function("message", ctypes.c_void_p)(status).decode()
            self.release("status", ctypes.c_void_p(status))
            raise RuntimeError(text)

    def made(self, name, *arguments):
        made = ctypes.c_void_p()
        self.call(name, *arguments, ctypes.pointer(made))
        return made

    def release(self, what, thing):
        self.function("release_" + what, ctypes.c_void_p)(thing)


class Session:
    def __init__(self, model, threads=1, optimise=99):
        text = model.SerializeToString()
        self.outputs = [o.name.encode() for o in model.graph.output]
        options = RUNTIME.made("create_options")
        try:
            RUNTIME.call("set_threads", options, threads)
            RUNTIME.call("optimise", options, optimise)
            RUNTIME.made("register", options, os.path.join(HERE, "lib${P}_ort.so").encode())
            self.session = RUNTIME.made("create_session", RUNTIME.env, text, ctypes.c_size_t(len(text)), options)
        finally:
            RUNTIME.release("options", options)

    def __del__(self):
        if hasattr(self, "session"):
            RUNTIME.release("session", self.session)

    def prepared(self, inputs):
        """A function that runs the session, and the values that hold its outputs."""
        values = []
        for array in inputs.values():
            shape = (ctypes.c_int64 * array.ndim)(*array.shape)
            values.append(RUNTIME.made("create_tensor", RUNTIME.memory, ctypes.c_void_p(array.ctypes.data),
                                       ctypes.c_size_t(array.nbytes), shape, ctypes.c_size_t(array.ndim),
                                       TYPES[array.dtype.name]))
        names, results = (ctypes.c_char_p * len(inputs))(*(n.encode() for n in inputs)), (ctypes.c_void_p * len(
            self.outputs))()
        given, outputs = (ctypes.c_void_p * len(inputs))(*(v.value for v in values)), (ctypes.c_char_p * len(
            self.outputs))(*self.outputs)
        arguments = [self.session, ctypes.c_void_p(), names, given, ctypes.c_size_t(len(inputs)), outputs,
                     ctypes.c_size_t(len(self.outputs)), results]
        function = RUNTIME.function("run", *arguments)

        def run():
            RUNTIME.check(function(*arguments))
        return run, results, values

    def run(self, **inputs):
        run, results, values = self.prepared(inputs)
        try:
            run()
            found = []
            for result in map(ctypes.c_void_p, results):
                shape, count, data = RUNTIME.made("get_shape", result), ctypes.c_size_t(), ctypes.c_void_p()
                RUNTIME.call("count_dimensions", shape, ctypes.pointer(count))
                dimensions, kind = (ctypes.c_int64 * count.value)(), ctypes.c_int()
                RUNTIME.call("get_dimensions", shape, dimensions, count)
                RUNTIME.call("get_type", shape, ctypes.pointer(kind))
                RUNTIME.call("get_data", result, ctypes.pointer(data))
                RUNTIME.release("shape", shape)
                dtype, elements = DTYPES[kind.value], 1
                for d in dimensions:
                    elements *= d
                text = ctypes.string_at(data, elements * dtype.itemsize) if elements else b""
                found.append(numpy.frombuffer(text, dtype).reshape(list(dimensions)))
            return found
        finally:
            for value in [*values, *map(ctypes.c_void_p, filter(None, results))]:
                RUNTIME.release("value", value)


RUNTIME = Runtime()


def model_of(nodes, inputs, outputs, constants=(), opset=17):
    """A model of these nodes; inputs and outputs: name -> (type, shape); constants: name -> array."""
    def values(given):
        return [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in given.items()]
    graph = helper.make_graph(nodes, "test", values(inputs), values(outputs),
                              [numpy_helper.from_array(a, n) for n, a in dict(constants).items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid("${P}", 1)])
    model.ir_version = 8
    return model


def one_node(operator, kind, bias, dimensions=2, domain="${P}", **attributes):
    names = ["X", "Scale"] + (["B"] if bias else [])
    shape = {"X": [None] * dimensions, "Scale": [None], "B": [None]}
    return model_of([helper.make_node(operator, names, ["Y"], domain=domain, **attributes)],
                    {name: (kind, shape[name]) for name in names}, {"Y": (kind, [None] * dimensions)})


def plainly(operator, x, scale, bias=None, eps=1e-5):
    x = x.astype(float)
    if operator == "LayerNormalization":
        x = x - x.mean(-1, keepdims=True)
    y = x / numpy.sqrt((x * x).mean(-1, keepdims=True) + eps) * scale.astype(float)
    return y if bias is None else y + bias.astype(float)


def random(dtype, *shape):
    return RANDOM.standard_normal(shape).astype(dtype)


class Norms(unittest.TestCase):
    def close(self, ours, theirs, dtype):
        self.assertEqual(ours.shape, theirs.shape)
        scale = numpy.abs(theirs.astype(float)).max(initial=0)
        error = numpy.abs(ours.astype(float) - theirs).max(initial=0)
        self.assertLessEqual(error, scale * 8 * numpy.finfo(dtype).eps)

    def each(self):
        for operator, kind, bias in SERVED:
            if kind in DTYPES:
                yield operator, kind, DTYPES[kind], bias

    def test_one_node(self):
        for operator, kind, dtype, bias in self.each():
            for shape in (5, 64), (2, 3, 64), (1, 100), (64,), (700, 768), (0, 64), (2, 0, 64):
                x, scale = random(dtype, *shape), random(dtype, shape[-1])
                given = {"B": random(dtype, shape[-1])} if bias else {}
                found = []
                for threads in 1, 3:
                    session = Session(one_node(operator, kind, bias, len(shape), epsilon=1e-3), threads)
                    found.append(session.run(X=x, Scale=scale, **given)[0])
                self.close(found[0], plainly(operator, x, scale, given.get("B"), 1e-3), dtype)
                self.assertTrue(numpy.array_equal(*found), "threads change no bit")

    def test_axis(self):
        for operator, kind, dtype, bias in self.each():
            x, scale = random(dtype, 3, 4, 16), random(dtype, 64)
            given = {"B": random(dtype, 64)} if bias else {}
            for axis in 1, -2:
                y, = Session(one_node(operator, kind, bias, 3, axis=axis)).run(X=x, Scale=scale, **given)
                wanted = plainly(operator, x.reshape(3, 64), scale, given.get("B"))
                self.close(y, wanted.reshape(x.shape), dtype)

    def rewritten(self, model):
        with tempfile.TemporaryDirectory() as directory:
            onnx.save(model, f"{directory}/a.onnx")
            names = ${P}_onnx.rewrite(f"{directory}/a.onnx", f"{directory}/b.onnx")
            return names, onnx.load(f"{directory}/b.onnx")

    def same(self, model, x, count):
        """The rewritten model has `count` norms of ours, none of its own, and gives the same."""
        names, new = self.rewritten(model)
        self.assertEqual(len(names), count)
        self.assertEqual(sum(n.domain == "${P}" for n in new.graph.node), count)
        self.assertFalse([n for n in new.graph.node if n.op_type in ("LayerNormalization", "Pow", "Sqrt")
                          and n.domain != "${P}"])
        for ours, theirs in zip(Session(new).run(x=x), Session(model).run(x=x)):
            self.close(ours, theirs, x.dtype)

    def serves(self, *wanted):
        if wanted not in SERVED:
            self.skipTest("this pair has no such norm")

    def test_graph(self):
        """Two norms among products and sums, in the operator that ONNX has for it."""
        self.serves("LayerNormalization", TensorProto.FLOAT, True)
        f, shape = TensorProto.FLOAT, [None, None, 64]
        constants = {n: random("float32", 64) for n in ("g1", "b1", "g2", "b2")}
        constants["w"] = random("float32", 64, 64)
        nodes = [helper.make_node("LayerNormalization", ["x", "g1", "b1"], ["h"], epsilon=1e-6, axis=-1),
                 helper.make_node("MatMul", ["h", "w"], ["p"]),
                 helper.make_node("Add", ["p", "x"], ["r"]),
                 helper.make_node("LayerNormalization", ["r", "g2", "b2"], ["y"])]
        self.same(model_of(nodes, {"x": (f, shape)}, {"y": (f, shape)}, constants), random("float32", 2, 9, 64), 2)

    def test_written_out(self):
        """A norm as exporters write it where ONNX has no operator for it."""
        self.serves("LayerNormalization", TensorProto.FLOAT, True)
        f, shape = TensorProto.FLOAT, [None, 64]
        for opset in 13, 18:
            constants = {"two": numpy.array(2, "float32"), "eps": numpy.array(1e-5, "float32"),
                         "g": random("float32", 64), "b": random("float32", 64)}
            axes, attributes = [], {"axes": [-1]}
            if opset == 18:
                constants["axes"], axes, attributes = numpy.array([-1]), ["axes"], {}
            nodes = [helper.make_node("ReduceMean", ["x"] + axes, ["m"], **attributes),
                     helper.make_node("Sub", ["x", "m"], ["d"]),
                     helper.make_node("Pow", ["d", "two"], ["s"]),
                     helper.make_node("ReduceMean", ["s"] + axes, ["v"], **attributes),
                     helper.make_node("Add", ["v", "eps"], ["e"]),
                     helper.make_node("Sqrt", ["e"], ["q"]),
                     helper.make_node("Div", ["d", "q"], ["n"]),
                     helper.make_node("Mul", ["n", "g"], ["k"]),
                     helper.make_node("Add", ["k", "b"], ["y"])]
            model = model_of(nodes, {"x": (f, shape)}, {"y": (f, shape)}, constants, opset)
            self.same(model, random("float32", 7, 64), 1)
            for name in "gb":
                one = model_of(nodes, {"x": (f, shape)}, {"y": (f, shape)}, {**constants, name: random("float32", 1)},
                               opset)
                self.assertEqual(self.rewritten(one)[0], [], "one element for all of a row")
            model.graph.output.extend([helper.make_tensor_value_info("q", f, [None, 1])])
            self.assertEqual(self.rewritten(model)[0], [], "another node reads what would be gone")
            del model.graph.output[1:]
            self.assertEqual(len(self.rewritten(model)[0]), 1)
            branch = helper.make_graph([helper.make_node("Identity", ["q"], ["i"])], "branch", [],
                                       [helper.make_tensor_value_info("i", f, [None, 1])])
            model.graph.node.append(helper.make_node("If", ["x"], ["o"], then_branch=branch, else_branch=branch))
            self.assertEqual(self.rewritten(model)[0], [], "a node of a branch reads what would be gone")

    def test_root_mean_square(self):
        self.serves("RMSNormalization", TensorProto.FLOAT, False)
        f, shape = TensorProto.FLOAT, [None, 64]
        node = helper.make_node("SimplifiedLayerNormalization", ["x", "g"], ["y"], epsilon=1e-6)
        model = model_of([node], {"x": (f, shape)}, {"y": (f, shape)}, {"g": random("float32", 64)})
        self.same(model, random("float32", 7, 64), 1)

    def test_what_stays(self):
        f = TensorProto.DOUBLE
        node = helper.make_node("LayerNormalization", ["x", "g", "b"], ["y"])
        constants = {n: random("float64", 64) for n in "gb"}
        model = model_of([node], {"x": (f, [None, 64])}, {"y": (f, [None, 64])}, constants)
        self.assertEqual(self.rewritten(model)[0], [], "double")
        f = TensorProto.FLOAT
        node = helper.make_node("LayerNormalization", ["x", "g", "b"], ["y", "mean"])
        constants = {n: random("float32", 64) for n in "gb"}
        model = model_of([node], {"x": (f, [None, 64])}, {"y": (f, [None, 64]), "mean": (f, [None, 1])}, constants)
        self.assertEqual(self.rewritten(model)[0], [], "its mean is an output")

    def refused(self, words, model, **inputs):
        with self.assertRaisesRegex(RuntimeError, words):
            Session(model).run(**inputs)

    def test_bad_input(self):
        for operator, kind, dtype, bias in self.each():
            given = {"Scale": random(dtype, 8), **({"B": random(dtype, 8)} if bias else {})}
            x, name = random(dtype, 3, 8), f"${P}.{operator}: "
            good = one_node(operator, kind, bias)
            self.assertEqual(Session(good).run(X=x, **given)[0].shape, (3, 8))
            for parameter in given:
                wrong = {**given, parameter: random(dtype, 7)}
                self.refused(f"{name}{parameter} has 7 elements; there should be 8", good, X=x, **wrong)
                self.refused("nexpected input data type", good, X=x,
                             **{**given, parameter: given[parameter].astype("float64")})
            self.refused("nexpected input data type", good, X=x.astype("float64"), **given)
            self.refused("nvalid rank for input: X", good, X=x[0], **given)
            for eps in -1.0, float("nan"), float("inf"):
                self.refused(f"{name}epsilon is ", one_node(operator, kind, bias, epsilon=eps), X=x, **given)
            self.refused(f"{name}axis is 2; X has 2 dimensions", one_node(operator, kind, bias, axis=2), X=x, **given)
            self.refused(f"{name}axis is -3; X has 2 dim", one_node(operator, kind, bias, axis=-3), X=x, **given)
            crooked = numpy.frombuffer(bytearray(x.nbytes + 1), dtype, x.size, 1).reshape(3, 8)
            self.refused(f"{name}X does not begin at a multiple of the size", good, X=crooked, **given)
            for wrong in ("X", *given):  # a type that the model states
                kinds = {n: (TensorProto.DOUBLE if n == wrong else kind, [None] * (2 if n == "X" else 1))
                         for n in ("X", *given)}
                model = model_of([helper.make_node(operator, [*kinds], ["Y"], domain="${P}")], kinds,
                                 {"Y": (kind, [None, None])})
                self.refused(f"input parameter .{wrong}. of operator .{operator}.", model, X=x, **given)
            missing = model_of([helper.make_node(operator, ["X", ""], ["Y"], domain="${P}")],
                               {"X": (kind, [None, None])}, {"Y": (kind, [None, None])})
            self.refused("(?i)input|scale", missing, X=x)
            fourth = model_of([helper.make_node("None", ["X"], ["Y"], domain="${P}")], {"X": (kind, [None, None])},
                              {"Y": (kind, [None, None])})
            self.refused("(?i)None", fourth, X=x)


def show_times():
    """Each line: what, how long a model of one norm takes with its own and with ours, and how many times faster."""
    print(f"one thread; ONNX Runtime {RUNTIME.version}; us with its norm, with ours, quotient; WIDTH x ROWS")
    for operator, kind, bias in SERVED:
        if kind not in DTYPES or (operator, bias) not in (("LayerNormalization", True), ("RMSNormalization", False)):
            continue
        for width, rows in [(w, r) for w in (64, 768, 4096) for r in (1, 16, 256, 2048)]:
            x, given, best = random(DTYPES[kind], rows, width), {"Scale": random(DTYPES[kind], width)}, [1e9, 1e9]
            if bias:
                given["B"] = random(DTYPES[kind], width)
            own = operator if bias else "SimplifiedLayerNormalization"
            sessions = [Session(one_node(name, kind, bias, domain=domain))
                        for name, domain in ((own, ""), (operator, "${P}"))]
            works = [session.prepared({"X": x, **given})[0] for session in sessions]
            count = max(3, 20000 // (rows * width // 100 + 100))
            for _ in range(20):
                for i, work in enumerate(works):
                    best[i] = min(best[i], timeit.timeit(work, number=count) / count * 1e6)
            print(f"{operator} {DTYPES[kind]} {width} x {rows}: {best[0]:.1f} {best[1]:.1f} {best[0] / best[1]:.2f}")


% include "engine/test_main.py"
