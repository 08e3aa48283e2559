/* SPDX-License-Identifier: MIT
 * Python.h - a stand-in for as much of Python's header as a pair for NumPy uses, with which a compiler for Windows
 * makes the module where Python for Windows is absent. Functions exist and do nothing. */
#ifndef STUB_PYTHON_H
#define STUB_PYTHON_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef intptr_t Py_ssize_t;
typedef struct PyTypeObject {
    const char *tp_name;
} PyTypeObject;
typedef struct PyObject {
    PyTypeObject *type;
} PyObject;
typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef struct PyMethodDef {
    const char *name;
    PyCFunction function;
    int flags;
    const char *doc;
} PyMethodDef;
typedef struct PyModuleDef {
    int base;
    const char *name, *doc;
    Py_ssize_t size;
    PyMethodDef *methods;
    void *slots, *traverse, *clear, *release;
} PyModuleDef;

#define PyMODINIT_FUNC        __declspec(dllexport) PyObject *
#define PyModuleDef_HEAD_INIT 1
#define METH_VARARGS          1
#define METH_KEYWORDS         2
#define Py_TYPE(object)       ((object)->type)
#define Py_INCREF(object)     ((void)(object))
#define Py_DECREF(object)     ((void)(object))
#define Py_XDECREF(object)    ((void)(object))

static PyObject none, *const stub_error = &none;
#define Py_None             (&none)
#define PyExc_ValueError    stub_error
#define PyExc_TypeError     stub_error
#define PyExc_OverflowError stub_error
static inline void PyErr_Format(PyObject *error, const char *format, ...) { (void)error, (void)format; }
static inline PyObject *PyErr_Occurred(void) { return NULL; }
static inline int PyErr_ExceptionMatches(PyObject *error) { return error == NULL; }
static inline void PyErr_Clear(void) {}
static inline double PyFloat_AsDouble(PyObject *object) { return object ? 1 : 0; }
static inline PyObject *PyUnicode_FromFormat(const char *format, ...) { return (void)format, NULL; }
static inline PyObject *PyUnicode_FromString(const char *text) { return (void)text, NULL; }
static inline Py_ssize_t PyUnicode_GetLength(PyObject *text) { return text ? 1 : 0; }
static inline PyObject *PyModule_Create(PyModuleDef *definition) { return definition->size < 0 ? NULL : &none; }
static inline int PyArg_ParseTupleAndKeywords(PyObject *arguments, PyObject *named, const char *format, char **keywords,
                                              ...)
{
    (void)arguments, (void)named, (void)format, (void)keywords;
    return 0;
}
#endif
