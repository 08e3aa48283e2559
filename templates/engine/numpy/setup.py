% -- SPDX-License-Identifier: MIT
% -- setup.py: builds the module
"""pip install --no-build-isolation . builds ${P} for the NumPy that is installed.

CFLAGS=-fopenmp LDFLAGS=-fopenmp in the environment lets large arrays use several threads.
"""
import sys

import numpy
from setuptools import Extension, setup

module = Extension("${P}", ["${P}_numpy.c", "${P}.c"], depends=["${P}.h"], include_dirs=[numpy.get_include()],
                   libraries=[] if sys.platform == "win32" else ["m"])
setup(name="${P}", version="1", ext_modules=[module])
