% -- SPDX-License-Identifier: MIT
% -- setup.py: builds the operators of PyTorch
"""pip install --no-build-isolation . builds ${P}_torch for the PyTorch that is installed."""
import sys

from setuptools import Extension, setup
from torch.utils import cpp_extension

module = cpp_extension.CppExtension("${P}_torch", ["${P}_torch.cpp"], depends=["${P}.h"])
setup(name="${P}", version="1", py_modules=["${P}"], ext_modules=[module],
      libraries=[("${P}_kernels", {"sources": ["${P}.c"], "depends": ["${P}.h"], "cflags": ["-O2"]})],
      cmdclass={"build_ext": cpp_extension.BuildExtension.with_options(use_ninja=False)})
