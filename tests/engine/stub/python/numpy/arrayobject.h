/* SPDX-License-Identifier: MIT
 * arrayobject.h - a stand-in for as much of NumPy's header as a pair for NumPy uses; see Python.h beside its directory.
 */
#ifndef STUB_ARRAYOBJECT_H
#define STUB_ARRAYOBJECT_H
#include <Python.h>

typedef intptr_t npy_intp;
enum { NPY_FLOAT = 11, NPY_HALF = 23, NPY_NOTYPE = 25 };
typedef struct PyArrayObject {
    PyObject head;
    int dimensions, type, flags;
    npy_intp *shape, *strides, size, itemsize;
    void *data;
} PyArrayObject;

#define import_array()                   ((void)0)
#define NPY_BEGIN_THREADS_DEF            ((void)0)
#define NPY_BEGIN_THREADS_THRESHOLDED(n) ((void)(n))
#define NPY_END_THREADS                  ((void)0)
#define PyArray_CheckExact(object)       ((object)->type != NULL)
#define PyArray_NDIM(a)                  ((a)->dimensions)
#define PyArray_SHAPE(a)                 ((a)->shape)
#define PyArray_STRIDES(a)               ((a)->strides)
#define PyArray_DIM(a, i)                ((a)->shape[i])
#define PyArray_TYPE(a)                  ((a)->type)
#define PyArray_DATA(a)                  ((a)->data)
#define PyArray_SIZE(a)                  ((a)->size)
#define PyArray_ITEMSIZE(a)              ((a)->itemsize)
#define PyArray_ISNOTSWAPPED(a)          ((a)->flags & 1)
#define PyArray_ISALIGNED(a)             ((a)->flags & 2)
#define PyArray_ISWRITEABLE(a)           ((a)->flags & 4)
#define PyArray_IS_C_CONTIGUOUS(a)       ((a)->flags & 8)
#define PyArray_SAMESHAPE(a, b)          ((a)->dimensions == (b)->dimensions)
static inline PyObject *PyArray_SimpleNew(int dimensions, npy_intp *shape, int type)
{
    (void)dimensions, (void)shape, (void)type;
    return NULL;
}
#endif
