% -- SPDX-License-Identifier: MIT
% -- glue.c: a module of Python whose functions call a pair
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#include <numpy/arrayobject.h>

#include "${P}.h"

#include <math.h>

typedef struct Norm {
    const char *function, *has;
    int rows, parameters; /* types of elements */
    int gamma, beta;      /* whether it has them */
    int (*batch)(const ${P}_args *args, size_t rows);
} Norm;

static const Norm norms[] = {
% for _, s in ipairs(served) do
%   local has = words[s.dtype] .. " rows" .. (s.gamma and (", gamma%s of %s"):format(s.beta and " and beta" or "", words[s.params]) or "")
    {"${s.form}", "${has}", ${types[s.dtype]}, ${types[s.params] or "NPY_NOTYPE"}, ${s.gamma and 1 or 0}, ${s.beta and 1 or 0},
     ${s.norm.full}_batch},
% end
};

/* Fails with a ValueError that begins with the argument's name. */
static int refuse(const char *name, const char *text)
{
    PyErr_Format(PyExc_ValueError, "%s: %s", name, text);
    return 0;
}

/* 1 where `object` is an array whose elements C can use as they are. */
static int is_usable(const char *name, PyObject *object)
{
    if (!PyArray_CheckExact(object)) {
        PyErr_Format(PyExc_TypeError, "%s: is of type %s; it should be a numpy.ndarray", name,
                     Py_TYPE(object)->tp_name);
        return 0;
    }
    PyArrayObject *array = (PyArrayObject *)object;
    if (!PyArray_ISNOTSWAPPED(array))
        return refuse(name, "its bytes are swapped; it should be in native byte order");
    if (!PyArray_ISALIGNED(array))
        return refuse(name, "does not begin at a multiple of the size of its elements; use a copy");
    return 1;
}

/* 1 where the elements of each row lie side by side and rows at equal distances; *stride is that distance in elements.
 */
static int rows_of(const char *name, PyArrayObject *array, size_t *stride)
{
    const int n = PyArray_NDIM(array);
    const npy_intp *shape = PyArray_SHAPE(array), *strides = PyArray_STRIDES(array);
    const npy_intp size = PyArray_ITEMSIZE(array), width = shape[n - 1];
    npy_intp distance = 0, next = 0; /* of rows; of the axis before */
    *stride = (size_t)width;
    if (PyArray_SIZE(array) == 0)
        return 1;
    if (width > 1 && strides[n - 1] != size)
        return refuse(name, "its last axis is not contiguous; use numpy.ascontiguousarray");
    for (int i = n - 2; i >= 0; i--) {
        if (shape[i] == 1)
            continue;
        if (distance == 0 ? strides[i] < width * size || strides[i] % size != 0 : strides[i] != next)
            return refuse(name, "its rows are not at equal distances, forwards; use numpy.ascontiguousarray");
        distance = distance == 0 ? strides[i] : distance;
        next = strides[i] * shape[i];
    }
    if (distance != 0)
        *stride = (size_t)(distance / size);
    return 1;
}

/* 1 where gamma or beta is as wide as a row. */
static int is_parameter(const char *name, PyObject *object, npy_intp width)
{
    if (object == Py_None)
        return 1;
    if (!is_usable(name, object))
        return 0;
    PyArrayObject *array = (PyArrayObject *)object;
    if (PyArray_NDIM(array) != 1 || PyArray_DIM(array, 0) != width) {
        PyErr_Format(PyExc_ValueError, "%s: should be of shape (%zd,), as wide as the rows of x", name,
                     (Py_ssize_t)width);
        return 0;
    }
    return PyArray_IS_C_CONTIGUOUS(array) ? 1 : refuse(name, "is not contiguous; use numpy.ascontiguousarray");
}

/* The norm for these arguments; NULL, with an error that names the argument and says what there is. */
static const Norm *find(const char *function, PyArrayObject *x, PyObject *gamma, PyObject *beta)
{
    PyObject *known = PyUnicode_FromString("");
    const char *wrong = "x";
    for (size_t i = 0; i < sizeof norms / sizeof *norms; i++) {
        const Norm *n = &norms[i];
        if (strcmp(n->function, function) != 0)
            continue;
        const int of_gamma = gamma == Py_None ? NPY_NOTYPE : PyArray_TYPE((PyArrayObject *)gamma);
        const int of_beta = beta == Py_None ? NPY_NOTYPE : PyArray_TYPE((PyArrayObject *)beta);
        if (n->rows == PyArray_TYPE(x)) {
            if (of_gamma != n->parameters) {
                if (strcmp(wrong, "beta") != 0)
                    wrong = "gamma";
            } else if (of_beta != (n->beta ? n->parameters : NPY_NOTYPE)) {
                wrong = "beta";
            } else {
                Py_XDECREF(known);
                return n;
            }
        }
        if (known) {
            PyObject *more = PyUnicode_FromFormat("%U%s%s", known, PyUnicode_GetLength(known) ? "; " : " ", n->has);
            Py_DECREF(known);
            known = more;
        }
    }
    if (known)
        PyErr_Format(PyExc_ValueError, "%s: %s has no norm for this; it has%U", wrong, function, known);
    Py_XDECREF(known);
    return NULL;
}

static PyObject *run(const char *function, const char *format, char **keywords, double eps, PyObject *args,
                     PyObject *named)
{
    PyObject *x_given, *gamma = Py_None, *beta = Py_None, *eps_given = NULL, *out = Py_None;
    const int has_beta = strcmp(keywords[2], "beta") == 0;
    if (!(has_beta ? PyArg_ParseTupleAndKeywords(args, named, format, keywords, &x_given, &gamma, &beta, &eps_given,
                                               &out)
                   : PyArg_ParseTupleAndKeywords(args, named, format, keywords, &x_given, &gamma, &eps_given, &out)))
        return NULL;
    if (!is_usable("x", x_given))
        return NULL;
    PyArrayObject *x = (PyArrayObject *)x_given, *y;
    if (PyArray_NDIM(x) < 1 || PyArray_DIM(x, PyArray_NDIM(x) - 1) < 1) {
        refuse("x", PyArray_NDIM(x) < 1 ? "has no axis; it should hold rows along its last one"
                                        : "has no elements along its last axis, which is the one that is normalised");
        return NULL;
    }
    if (eps_given)
        eps = PyFloat_AsDouble(eps_given);
    if (PyErr_Occurred()) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            PyErr_Format(PyExc_TypeError, "eps: is of type %s; it should be a number", Py_TYPE(eps_given)->tp_name);
        if (!PyErr_ExceptionMatches(PyExc_OverflowError))
            return NULL;
        PyErr_Clear();
        eps = INFINITY; /* a whole number that is too large */
    }
    const npy_intp width = PyArray_DIM(x, PyArray_NDIM(x) - 1);
    ${P}_args call = {.width = (size_t)width, .eps = (float)eps};
    if (!is_parameter("gamma", gamma, width) || !is_parameter("beta", beta, width))
        return NULL;
    const Norm *norm = find(function, x, gamma, beta);
    if (!norm || !rows_of("x", x, &call.x_stride))
        return NULL;
    if (!(eps >= 0 && isfinite(call.eps))) {
        refuse("eps", "should be a number of at least 0 that float32 can hold");
        return NULL;
    }
    if (out == Py_None) {
        y = (PyArrayObject *)PyArray_SimpleNew(PyArray_NDIM(x), PyArray_SHAPE(x), PyArray_TYPE(x));
        if (!y)
            return NULL;
    } else {
        if (!is_usable("out", out))
            return NULL;
        y = (PyArrayObject *)out;
        if (!PyArray_SAMESHAPE(x, y) || PyArray_TYPE(x) != PyArray_TYPE(y) || !PyArray_ISWRITEABLE(y)) {
            refuse("out", !PyArray_SAMESHAPE(x, y) ? "its shape is not that of x"
                          : PyArray_TYPE(x) != PyArray_TYPE(y) ? "its dtype is not that of x" : "it is read-only");
            return NULL;
        }
        Py_INCREF(y);
    }
    int status = ${U}_OK;
    const size_t rows = (size_t)(PyArray_SIZE(x) / width);
    if (!rows_of("out", y, &call.y_stride)) {
        Py_DECREF(y);
        return NULL;
    }
    call.x = PyArray_DATA(x), call.y = PyArray_DATA(y);
% if has.gamma then
    call.gamma = norm->gamma ? PyArray_DATA((PyArrayObject *)gamma) : NULL;
% end
% if has.beta then
    call.beta = norm->beta ? PyArray_DATA((PyArrayObject *)beta) : NULL;
% end
    if (rows > 0) {
        NPY_BEGIN_THREADS_DEF;
        NPY_BEGIN_THREADS_THRESHOLDED(PyArray_SIZE(x));
        status = norm->batch(&call, rows);
        NPY_END_THREADS;
    }
    if (status != ${U}_OK) {
        Py_DECREF(y);
        refuse(status == ${U}_OVERLAP ? "out" : "x", ${P}_message(status));
        return NULL;
    }
    return (PyObject *)y;
}

% for _, name in ipairs(names) do
%   if forms[name] then
%     local beta = name == "layernorm"
static PyObject *${name}(PyObject *self, PyObject *args, PyObject *named)
{
    static char *keywords[] = {"x", "gamma", ${beta and '"beta", ' or ""}"eps", "out", NULL};
    (void)self;
    return run("${name}", "O|${beta and "OO" or "O"}$OO:${name}", keywords, ${beta and "1e-5" or "1e-6"}, args, named);
}

%   end
% end
static PyMethodDef methods[] = {
% for _, name in ipairs(names) do
%   if forms[name] then
%     local beta = name == "layernorm"
    {"${name}", (PyCFunction)(void (*)(void))${name}, METH_VARARGS | METH_KEYWORDS,
     "${name}(x, gamma=None${beta and ", beta=None" or ""}, *, eps=${beta and "1e-05" or "1e-06"}, out=None)\n--\n\n"
%     if name == "layernorm" then
     "LayerNorm of x over its last axis.\n\n"
%     else
     "RMSNorm of x over its last axis${name == "rmsnorm1" and "; 1 + gamma multiplies" or ""}.\n\n"
%     end
     "x is an array of rows at equal distances. The result is out, which may be x, or a new array."},
%   end
% end
    {NULL, NULL, 0, NULL},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, "${P}", "LayerNorm and RMSNorm of NumPy's arrays.",
                                 -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_${P}(void)
{
    import_array();
    return PyModule_Create(&definition);
}
