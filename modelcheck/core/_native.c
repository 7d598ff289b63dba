/* The native interpreter (see _native.h): a module of plain functions called through ctypes. */
#include "_native.h"

#include <stdlib.h>

#define EXPORT __attribute__((visibility("default")))

struct Prog { int width; };

EXPORT int native_run(Prog *p, int tree, const Vid *state, Emit emit, void *ctx) { (void)p; (void)tree; (void)state; (void)emit; (void)ctx; return N_UNKNOWN; }
EXPORT int native_test(Prog *p, int formula, const Vid *state, const Vid *target) { (void)p; (void)formula; (void)state; (void)target; return N_UNKNOWN; }
EXPORT int native_value(Prog *p, int formula, const Vid *state, const Vid *target, Vid *out) { (void)p; (void)formula; (void)state; (void)target; (void)out; return N_UNKNOWN; }
EXPORT int native_permuted(Prog *p, int permutation, Vid v, Vid *out) { (void)p; (void)permutation; *out = v; return 0; }
EXPORT int native_compare(Prog *p, Vid a, Vid b) { (void)p; return a < b ? -1 : a > b; }
EXPORT size_t native_bytes(Prog *p) { return p ? sizeof *p : 0; }
EXPORT int native_width(Prog *p) { return p->width; }

#if __has_include("_walk.h")
#include "_walk.h"
#endif

#ifdef WITH_PYTHON
#define PY_SSIZE_T_CLEAN
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_native", "The native interpreter (called through ctypes).", -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit__native(void) { return PyModule_Create(&module); }
#endif
