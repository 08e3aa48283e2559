% -- SPDX-License-Identifier: MIT
% -- test_norms.py: how the tests of modules of Python begin: the engine, the module, and what norms it has; `functions`
% -- has names of forms, `python` has dtypes as Python's test writes them
import sys
import timeit
import unittest

try:
    import ${package}
except ImportError as error:
    print(f"skipped: {error}; Debian has it as python3-${package}")
    sys.exit(77)
import ${P}

# function, types of rows and parameters, whether it has parameters that multiply and that are added
NORMS = [
% for _, s in ipairs(served) do
    ("${functions[s.form]}", ${python[s.dtype]}, ${python[s.params] or "None"}, ${s.gamma and "True" or "False"}, ${s.beta and "True" or "False"}),
% end
]
WIDTHS = sorted({${table.concat(widths, ", ")}, 100})
