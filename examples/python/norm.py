# SPDX-License-Identifier: MIT
"""Calls a vendored pair of files from Python through ctypes: python3 norm.py ./libgpt2.so"""
import array
import ctypes
import sys

WIDTH, ROWS = 768, 4
if len(sys.argv) != 2:
    sys.exit("usage: python3 norm.py ./libgpt2.so")
gpt2 = ctypes.CDLL(sys.argv[1])
floats = ctypes.POINTER(ctypes.c_float)
norm = gpt2.gpt2_layernorm_f32_768
norm.argtypes = [floats] * 6 + [ctypes.c_float, ctypes.c_size_t]
norm.restype = None
gpt2.gpt2_isa.restype = ctypes.c_char_p


def pointer(a):
    return ctypes.cast((ctypes.c_float * len(a)).from_buffer(a), floats)


x = array.array("f", [i % 11 for i in range(ROWS * WIDTH)])
y = array.array("f", bytes(4 * ROWS * WIDTH))
gamma, beta = array.array("f", [1] * WIDTH), array.array("f", [0] * WIDTH)
norm(pointer(y), None, None, pointer(x), pointer(gamma), pointer(beta), 1e-5, ROWS)
squares = sum(v * v for v in y[:WIDTH]) / WIDTH
print(f"mean square of the first row: {squares:.6f}, on {gpt2.gpt2_isa().decode()}")
sys.exit(0 if abs(squares - 1) < 1e-4 else 1)
