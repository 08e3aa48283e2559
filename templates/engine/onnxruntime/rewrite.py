% -- SPDX-License-Identifier: MIT
% -- rewrite.py: models whose norms are the custom operators
"""Rewrites models of ONNX so that their norms are operators of the domain "${P}".

    ${P}_onnx.rewrite("model.onnx", "model_${P}.onnx")    # the names of the nodes that have been replaced
    options.register_custom_ops_library("lib${P}_ort.so") # of onnxruntime.SessionOptions, before the session is made

% local has = {}
% for _, s in ipairs(served) do has[s.form] = true end
% if has.layernorm and has.rmsnorm then
Replaced are LayerNormalization, the operations that exporters write in its place (ReduceMean, Sub, Pow, ...),
RMSNormalization and SimplifiedLayerNormalization.
% elseif has.layernorm then
Replaced are LayerNormalization and the operations that exporters write in its place (ReduceMean, Sub, Pow, ...).
% else
Replaced are RMSNormalization and SimplifiedLayerNormalization.
% end
Norms of other types than these stay as they are, and so does a norm whose type the model does not tell:
% for _, s in ipairs(served) do
    ${operators[s.form]} of ${types[s.dtype]}${s.form == "layernorm" and (s.beta and ", with B" or ", without B") or ""}
% end
"""
import sys

import onnx
from onnx import AttributeProto, TensorProto, helper, numpy_helper

# operator, type of elements, whether it has B
SERVED = {
% for _, s in ipairs(served) do
    ("${operators[s.form]}", TensorProto.${types[s.dtype]}, ${s.beta and "True" or "False"}),
% end
}
NAMES = {"LayerNormalization": "LayerNormalization", "RMSNormalization": "RMSNormalization",
         "SimplifiedLayerNormalization": "RMSNormalization"}


def _read_within(node):
    """The values that the graphs of a node (If, Loop, Scan) read: they may be values of the graph around it."""
    for a in node.attribute:
        for graph in [a.g] if a.type == AttributeProto.GRAPH else a.graphs:
            yield from (output.name for output in graph.output)
            for inner in graph.node:
                yield from inner.input
                yield from _read_within(inner)


class _Graph:
    """What is known of the values of a graph: who makes and who reads them, constants, types and widths of rows."""

    def __init__(self, graph):
        self.readers, self.constants, self.types, self.widths = {}, {}, {}, {}
        for node in graph.node:
            for name in node.input:
                self.readers.setdefault(name, []).append(node)
            for name in _read_within(node):
                self.readers.setdefault(name, []).append(None)
            if node.op_type == "Constant":
                for a in node.attribute:
                    if a.name == "value":
                        self.constants[node.output[0]] = a.t
        for output in graph.output:
            self.readers.setdefault(output.name, []).append(None)
        for tensor in graph.initializer:
            self.constants[tensor.name] = tensor
        for value in [*graph.input, *graph.value_info, *graph.output]:
            self.types[value.name] = value.type.tensor_type.elem_type
            self.widths[value.name] = ([0] + [d.dim_value for d in value.type.tensor_type.shape.dim])[-1]
        for name, tensor in self.constants.items():
            self.types[name] = tensor.data_type

    def is_row(self, name, x):
        """Whether a constant is as wide as rows of x; one element is not, since ONNX would repeat it."""
        dims, width = getattr(self.constants.get(name), "dims", ()), self.widths.get(x)
        return len(dims) == 1 and (dims[0] == width if width else dims[0] != 1)

    def number(self, name):
        """The constant of one element, or None."""
        tensor = self.constants.get(name)
        if tensor is None or [d for d in tensor.dims if d != 1] or tensor.data_location == TensorProto.EXTERNAL:
            return None
        return float(numpy_helper.to_array(tensor).reshape(-1)[0])

    def only(self, value, *types):
        """The one node that reads a value, if it is of one of these types."""
        readers = self.readers.get(value, [])
        return readers[0] if len(readers) == 1 and readers[0] is not None and readers[0].op_type in types else None

    def of_last_axis(self, node):
        """Whether a ReduceMean goes over the last axis and keeps it."""
        axes, keep = None, 1
        for a in node.attribute:
            axes = list(a.ints) if a.name == "axes" else axes
            keep = a.i if a.name == "keepdims" else keep
        if len(node.input) > 1 and node.input[1] in self.constants:
            axes = numpy_helper.to_array(self.constants[node.input[1]]).reshape(-1).tolist()
        return axes == [-1] and keep == 1

    def written_out(self, mean):
        """For the first ReduceMean of a LayerNorm that is written out: its nodes, x, gamma, beta, eps; else None."""
        if mean.op_type != "ReduceMean" or not self.of_last_axis(mean):
            return None
        x = mean.input[0]
        centred = self.only(mean.output[0], "Sub")
        if centred is None or list(centred.input) != [x, mean.output[0]]:
            return None
        readers = self.readers.get(centred.output[0], [])
        kinds = {node.op_type: node for node in readers if node is not None}
        power, quotient = kinds.get("Pow"), kinds.get("Div")
        if len(readers) != 2 or power is None or quotient is None or self.number(power.input[1]) != 2:
            return None
        variance = self.only(power.output[0], "ReduceMean")
        shifted = variance is not None and self.of_last_axis(variance) and self.only(variance.output[0], "Add")
        root = shifted and self.only(shifted.output[0], "Sqrt")
        if not root or list(quotient.input) != [centred.output[0], root.output[0]] or \
                self.only(root.output[0], "Div") is None:
            return None
        eps = [self.number(name) for name in shifted.input if name != variance.output[0]]
        scaled = self.only(quotient.output[0], "Mul")
        moved = scaled and self.only(scaled.output[0], "Add")
        if not moved or len(eps) != 1 or eps[0] is None:
            return None
        gamma, beta = ([name for name in node.input if name != before.output[0]]
                       for node, before in ((scaled, quotient), (moved, scaled)))
        if any(len(p) != 1 or not self.is_row(p[0], x) for p in (gamma, beta)):
            return None
        return [mean, centred, power, variance, shifted, root, quotient, scaled, moved], x, gamma[0], beta[0], eps[0]


def _is_served(graph, name, x, scale, bias):
    kinds = {graph.types.get(value) or None for value in (x, scale, bias) if value} - {None}
    return len(kinds) == 1 and (name, kinds.pop(), bool(bias)) in SERVED


def _replace(model):
    """Replaces the norms of a model's graph; returns the names of the nodes that stand for them now."""
    graph, names, gone, made = _Graph(model.graph), [], set(), {}

    def put(name, inputs, output, node, **attributes):
        new = helper.make_node(name, inputs, [output], domain="${P}", name=node.name or output, **attributes)
        made[output] = new
        names.append(new.name)

    for node in model.graph.node:
        name = NAMES.get(node.op_type) if node.domain in ("", "ai.onnx", "com.microsoft") else None
        if name:
            inputs = [i for i in node.input if i]
            attributes = {a.name: a.f if a.name == "epsilon" else a.i for a in node.attribute
                          if a.name in ("epsilon", "axis")}
            unread = all(not graph.readers.get(o) for o in node.output[1:])
            if len(inputs) in (2, 3) and unread and _is_served(graph, name, *inputs[:2], (inputs + [""])[2]):
                put(name, inputs, node.output[0], node, **attributes)
            continue
        found = graph.written_out(node)
        if found and _is_served(graph, "LayerNormalization", *found[1:4]):
            nodes, x, gamma, beta, eps = found
            gone.update(id(n) for n in nodes[:-1])
            put("LayerNormalization", [x, gamma, beta], nodes[-1].output[0], nodes[-1], epsilon=eps, axis=-1)
    kept = [made.get(node.output[0], node) if node.output else node for node in model.graph.node
            if id(node) not in gone]
    del model.graph.node[:]
    model.graph.node.extend(kept)
    return names


def rewrite(source, target):
    """Reads a model from the file `source` and writes it to `target` with its norms replaced; returns their names.

    Parameters in files of their own stay where they are: `target` has to be in the same directory then.
    """
    model = onnx.load(source, load_external_data=False)
    try:
        known = onnx.shape_inference.infer_shapes(model)
        inferred = {value.name: value for value in known.graph.value_info}
        have = {value.name for value in model.graph.value_info}
        model.graph.value_info.extend(v for name, v in inferred.items() if name not in have)
    except (RuntimeError, ValueError):  # the types that the model itself tells have to do
        pass
    names = _replace(model)
    if names and not any(o.domain == "${P}" for o in model.opset_import):
        model.opset_import.append(helper.make_opsetid("${P}", 1))
    onnx.save(model, target)
    return names


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python3 ${P}_onnx.py MODEL.onnx REWRITTEN.onnx")
    replaced = rewrite(*sys.argv[1:])
    print(f"{sys.argv[2]}: {len(replaced)} norms are operators of ${P} now")
