/* Loops over graphs in compressed arrays, for the liveness check. It knows nothing of specs.
 *
 * The edges out of node v are targets[offsets[v] .. offsets[v + 1] - 1]. A set of edges is one bit an edge, least bit
 * first; a set of nodes is one byte a node, 0 or 1. `core/graph.py` has the same functions in Python, and says what they
 * mean. C11 with the
 * compiler's atomics, no Python API but the module's initialisation: called through ctypes. -1 is: out of memory.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define DONE INT32_MAX
#define BIT(bits, i) ((bits)[(i) >> 3] >> ((i) & 7) & 1)

#include "_graph_walk.h"
#include "_graph_crew.h"
#include "_graph_product.h"
#include "_graph_tables.h"
#include "_graph_scan.h"

#ifdef WITH_PYTHON
#define PY_SSIZE_T_CLEAN
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_graph", "Loops over graphs (called through ctypes).", -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit__graph(void) { return PyModule_Create(&module); }
#endif
