/* The native interpreter as the search sees it: interned values, and action trees and formulas that run over them.
 *
 * It answers only where it is exact: whatever it has no code for, and whatever may be an error, is N_UNKNOWN, and the
 * closures decide about that state. Not for several threads at once: a Prog belongs to one, and others have clones.
 */
#ifndef MODELCHECK_NATIVE_H
#define MODELCHECK_NATIVE_H
#include <stddef.h>
#include <stdint.h>

typedef uint32_t Vid; /* an interned value; equal ids iff equal values */
#define VID_NONE 0xFFFFFFFFu

typedef struct Vals Vals;
typedef struct Prog Prog;
enum { N_UNKNOWN = -1, N_MEMORY = -2, N_STOPPED = -3 };

/* One successor (or initial state) and the index of its action; nonzero to stop. May call the functions below. */
typedef int (*Emit)(void *ctx, const Vid *target, int action);

/* Every successor of `state` by an action tree, repeats included, in the closures' order. `state` NULL: initial states.
 * 0: all were emitted; else what `emit` returned, N_UNKNOWN or N_MEMORY (some may have been emitted before). */
int native_run(Prog *p, int tree, const Vid *state, Emit emit, void *ctx);
/* The same; `ask` is called now and then, also where nothing is found: N_STOPPED once it gives nonzero. */
int native_run_asking(Prog *p, int tree, const Vid *state, Emit emit, void *ctx, int (*ask)(void *));
/* The truth of a formula, 1 or 0, N_UNKNOWN, N_MEMORY; `target` NULL for state formulas. */
int native_test(Prog *p, int formula, const Vid *state, const Vid *target);
/* The value of a formula: 0, N_UNKNOWN, N_MEMORY. */
int native_value(Prog *p, int formula, const Vid *state, const Vid *target, Vid *out);
/* A value with its atoms exchanged by one of the program's permutations: 0 or N_MEMORY. */
int native_permuted(Prog *p, int permutation, Vid v, Vid *out);
/* Negative, 0, positive: a total order of all values that does not depend on when they were interned. */
int native_compare(Prog *p, Vid a, Vid b);
/* Memory of all values, and how many variables a state has. */
size_t native_bytes(Prog *p);
int native_width(Prog *p);
/* States met so far inside A \cdot B by `native_run` (TLC counts them as generated), also by runs that ended unknown. */
uint64_t native_between(Prog *p);

/* The program once more, over the same values: NULL without memory, or where something in it cannot be copied. Neither
 * may run or be given a value while the other does, but from `native_join` to `native_part`: then each may run in a thread
 * of its own, and N_STOPPED says that there is no room for new values until they part. A clone may outlive the program, but
 * not be used then. */
Prog *native_clone(Prog *p);
void native_clone_free(Prog *clone);
int native_is_whole(const Prog *clone, const Prog *p); /* nothing has been added to the program since */
int native_join(Prog *p, Prog **clones, int n); /* 0, N_MEMORY */
void native_part(Prog *p, Prog **clones, int n);
/* How much of the C stack it may use. */
size_t native_stack(Prog *p);
#endif
