/* Breadth-first search by the native evaluator: whole states, each a row of value ids, one a variable.
 *
 * What is counted and checked, and in which order, is `explore/bfs.py`'s. Whatever is not plain success in a state (an
 * answer the evaluator does not know, a predicate that is false, no successor) rolls that state back and ends the run with
 * WALK_ASK: the closures explore that one state, and they know all about it. Nothing is approximated.
 */
#include "_walk_parts.h"

#include <time.h>

/* ---- edges ---- */

static int walk_edge(Walk *w, int64_t target) {
    if (w->edges_n == w->edges_cap) {
        int64_t cap = w->edges_cap ? w->edges_cap + w->edges_cap / 2 : 4096;
        uint32_t *edges = realloc(w->edges, sizeof(uint32_t) * (size_t)cap);
        if (!edges) return -1;
        w->edges = edges;
        w->edges_cap = cap;
    }
    w->edges[w->edges_n++] = (uint32_t)target;
    return 0;
}

static int walk_mark(Walk *w, int64_t state) {
    while (w->offsets_n <= state) {
        if (w->offsets_n == w->offsets_cap) {
            int64_t cap = w->offsets_cap ? w->offsets_cap + w->offsets_cap / 2 : 4096;
            int64_t *offsets = realloc(w->offsets, sizeof(int64_t) * (size_t)cap);
            if (!offsets) return -1;
            w->offsets = offsets;
            w->offsets_cap = cap;
        }
        w->offsets[w->offsets_n++] = w->edges_n;
    }
    return 0;
}

/* ---- the search ---- */

static int batch_reserve(Walk *w) {
    if (w->batch < w->batch_room) return 0;
    int64_t room = w->batch_room ? w->batch_room * 2 : 64;
    uint64_t *rows = realloc(w->rows, sizeof(uint64_t) * (size_t)(room * w->words));
    if (!rows) return -1;
    w->rows = rows;
    uint64_t *hashes = realloc(w->hashes, sizeof(uint64_t) * (size_t)room);
    if (!hashes) return -1;
    w->hashes = hashes;
    int32_t *actions = realloc(w->actions, sizeof(int32_t) * (size_t)room);
    if (!actions) return -1;
    w->actions = actions;
    w->batch_room = room;
    return 0;
}

static int walk_emit(void *ctx, const Vid *target, int action) {
    Walk *w = ctx;
    if (batch_reserve(w)) return N_MEMORY;
    uint64_t *row = w->rows + w->batch * w->words;
    row[w->words - 1] = 0; /* the half that may be no variable's */
    memcpy(row, target, sizeof(Vid) * (size_t)w->n);
    w->actions[w->batch++] = action;
    return 0;
}

static inline int trouble(Walk *w, int answer) {
    if (answer == N_MEMORY) return WALK_MEMORY;
    if (answer < 0) w->unknown++;
    return WALK_ASK;
}

static inline uint64_t differing(const Walk *w, const Vid *a, const Vid *b) {
    uint64_t changed = 0;
    for (int32_t i = 0; i < w->n; i++) changed |= (uint64_t)(a[i] != b[i]) << (i & 63);
    return changed;
}

/* A state that is told apart by its key: it needs no place in the index of rows. */
static int64_t store_append(Store *s, const uint64_t *row, int64_t parent) {
    if (store_reserve(s, s->n + 1)) return -1;
    memcpy(state_at(s, s->n), row, sizeof(uint64_t) * (size_t)s->width);
    *parent_at(s, s->n) = parent < 0 ? NO_PARENT : (uint32_t)parent;
    return s->n++;
}

/* Keep the state `words` with this key and hash of it; its number or -1. */
static int64_t keep_row(Walk *w, const uint64_t *words, const uint64_t *key, uint64_t hash, int64_t parent) {
    if (w->by == BY_ROW) return store_insert(&w->store, words, hash, parent);
    return store_insert(&w->keys, key, hash, -1) < 0 ? -1 : store_append(&w->store, words, parent);
}

/* What is known of a row: the number of its state (FRESH: a new one; below that: see `found_apart`), also whether the very
 * row has been met; whether it is inside all constraints; what tells it from others. */
typedef struct { int64_t number; int met, inside; const uint64_t *key; uint64_t hash; } Judged;
enum { FRESH = -1 };

typedef struct Found Found; /* by another worker: _walk_together.h */
static int64_t found_apart(const Walk *w, const uint64_t *words, uint64_t hash, const Found **twin);
static int64_t key_apart(const Walk *w, const uint64_t *key, uint64_t hash);
static void judged_by(const Walk *w, const Found *twin, Judged *j);

/* Look at a row that was found, from state number `source` (-1: an initial one); see `bfs.Search._visitor`. 0, or why the
 * closures have to: N_UNKNOWN, N_MEMORY, N_STOPPED, 1 (something is false). `apart`: others do so with other rows. */
static inline __attribute__((always_inline)) int judge_row(Walk *w, int64_t source, int64_t at, Judged *j, int apart) {
    const uint64_t *words = w->rows + at * w->words;
    Vid row[w->words * 2];
    memcpy(row, words, sizeof(uint64_t) * (size_t)w->words);
    uint64_t hash = w->hashes[at], where;
    int32_t which = 0;
    int64_t number = w->by == BY_ROW ? store_find(&w->store, words, hash, &where) : met_number(w, words, hash);
    const Found *twin = NULL;
    if (number < 0 && apart) number = found_apart(w, words, hash, &twin);
    int steps = source >= 0 && (w->pieces[STEP_PROPERTIES].n || w->pieces[STEP_CONSTRAINTS].n);
    *j = (Judged){number, number != FRESH, 1, words, hash};
    if (twin) judged_by(w, twin, j);
    if (j->met && !steps) return 0;
    int inside = 1, holds;
    uint64_t changed = source >= 0 && w->n <= 64 ? differing(w, w->source, row) : ALL_CHANGED;
    if (!j->met && w->pieces[CONSTRAINTS].n) {
        holds = all_hold(w, CONSTRAINTS, row, NULL, changed, &which);
        if (holds < 0) return holds;
        if (!holds) { inside = 0; w->excluding[CONSTRAINTS][which] = 1; }
    }
    if (inside && source >= 0 && w->pieces[STEP_CONSTRAINTS].n) {
        holds = all_hold(w, STEP_CONSTRAINTS, w->source, row, ALL_CHANGED, &which);
        if (holds < 0) return holds;
        if (!holds) { inside = 0; w->excluding[STEP_CONSTRAINTS][which] = 1; }
    }
    if (inside && !j->met && w->by != BY_ROW) {
        if ((holds = make_key(w, row)) < 0) return holds;
        j->key = w->key;
        j->hash = hash_state(&w->keys, j->key);
        j->number = store_find(&w->keys, j->key, j->hash, &where);
        if (j->number == FRESH && apart) j->number = key_apart(w, j->key, j->hash);
    }
    if (!inside || (j->number == FRESH && !twin)) {
        uint64_t suspect = w->trusted ? changed : ALL_CHANGED;
        if ((holds = all_hold(w, INVARIANTS, row, NULL, suspect, &which)) != 1) return holds ? holds : 1;
        if (source < 0 && (holds = all_hold(w, INITIAL_PROPERTIES, row, NULL, ALL_CHANGED, &which)) != 1)
            return holds ? holds : 1;
    }
    if (source >= 0 && (holds = all_hold(w, STEP_PROPERTIES, w->source, row, ALL_CHANGED, &which)) != 1)
        return holds ? holds : 1;
    j->inside = inside;
    return 0;
}

/* Look at such a row, and keep what is new of it. */
static int visit_row(Walk *w, int64_t source, int64_t at) {
    Judged j;
    int code = judge_row(w, source, at, &j, 0);
    if (code) return trouble(w, code);
    if (!j.inside) return WALK_DONE;
    const uint64_t *words = w->rows + at * w->words;
    if (j.number == FRESH && (j.number = keep_row(w, words, j.key, j.hash, source)) < 0) return WALK_MEMORY;
    if (!j.met && w->by != BY_ROW) remember_row(w, words, w->hashes[at], j.number);
    return w->keep_edges && source >= 0 && walk_edge(w, j.number) ? WALK_MEMORY : WALK_DONE;
}

static void prepare_batch(Walk *w) {
    for (int64_t i = 0; i < w->batch; i++) {
        uint64_t hash = w->hashes[i] = hash_state(&w->store, w->rows + i * w->words);
        if (w->by == BY_ROW) __builtin_prefetch(&w->store.slots[slot_of(&w->store, hash)]);
        else __builtin_prefetch(met_at(w, hash));
    }
}

static inline void walk_row(const Walk *w, int64_t i, Vid *row) {
    memcpy(row, state_at(&w->store, i), sizeof(uint64_t) * (size_t)w->words);
}

/* Explore the state at the cursor. */
static int explore_state(Walk *w) {
    int64_t s = w->state;
    w->succs = 0;
    if (w->keep_edges && walk_mark(w, s)) return WALK_MEMORY;
    walk_row(w, s, w->source);
    w->batch = 0;
    uint64_t between = native_between(w->prog); /* states inside A \cdot B are generated, too */
    int code = native_run(w->prog, w->next, w->source, walk_emit, w);
    if (code < 0) return trouble(w, code);
    w->succs = native_between(w->prog) - between;
    w->generated += w->succs;
    if (!w->batch && w->check_deadlock) return WALK_ASK;
    prepare_batch(w);
    for (int64_t i = 0; i < w->batch; i++) {
        w->generated++;
        w->succs++;
        if ((code = visit_row(w, s, i)) != WALK_DONE) return code;
    }
    for (int64_t i = 0; i < w->batch; i++) w->taken[w->actions[i]]++;
    w->succs = 0;
    w->explored++;
    w->state = s + 1;
    return WALK_DONE;
}

static double walk_clock(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#include "_walk_together.h"

/* Explore up to state `until`, for so many seconds, while there are at most `n_max` states. */
WALK_EXPORT int walk_run(Walk *w, int64_t until, double seconds) {
    double began = walk_clock(), end = began + seconds, now = began;
    int64_t alone = 0; /* states that one worker has explored since `began` */
    int code = WALK_DONE;
    while (w->state < w->store.n) {
        if (w->state >= until || w->store.n > w->n_max) { code = WALK_PAUSE; break; }
        if (w->crew && is_for_crew(w, until)) {
            now = walk_clock();
            alone_for(w, alone, now - began);
            if ((code = run_together(w, until)) != WALK_DONE) break;
            began = now = walk_clock();
            alone = 0;
        } else {
            if ((code = explore_state(w)) != WALK_DONE) break;
            if (++alone % CLOCK_EVERY) continue;
            now = walk_clock();
            if (w->n_workers > 1 && !w->crew && w->seconds + now - began >= WARM_S && crew_new(w)) {
                alone_for(w, alone, now - began);
                began = now;
                alone = 0;
            }
        }
        if (now >= end) { code = WALK_PAUSE; break; }
    }
    alone_for(w, alone, walk_clock() - began);
    return code;
}

/* How many initial states to find, and until when. */
typedef struct { Walk *walk; int64_t most; double end; } Few;

enum { ENOUGH = 1 };

static int few_emit(void *ctx, const Vid *target, int action) {
    const Few *few = ctx;
    if (few->walk->batch >= few->most || (few->walk->batch % CLOCK_EVERY == 0 && walk_clock() > few->end)) return ENOUGH;
    return walk_emit(few->walk, target, action);
}

static int few_ask(void *ctx) {
    const Few *few = ctx;
    return walk_clock() > few->end;
}

/* Whether there are at most so many initial states, found in so many seconds: WALK_DONE, else WALK_PAUSE. */
WALK_EXPORT int walk_few(Walk *w, int32_t tree, int64_t most, double seconds) {
    double end = walk_clock() + seconds;
    Few few = {w, most, end};
    w->batch = 0;
    int code = native_run_asking(w->prog, tree, NULL, few_emit, &few, few_ask);
    if (code == N_STOPPED) return WALK_PAUSE;
    if (code < 0) return trouble(w, code);
    return code == ENOUGH || walk_clock() > end ? WALK_PAUSE : WALK_DONE;
}

/* Initial states, visited some at a time. */
typedef struct { Walk *walk; void (*go_on)(void); int *yes; double every, next, began; int64_t asked; int code; } Initial;

enum { NOT_DONE = 1, INITIAL_BATCH = 256, INITIAL_TOGETHER = 1 << 14 };

static int initial_ask(void *ctx) {
    Initial *in = ctx;
    if (!in->go_on || walk_clock() < in->next) return 0;
    *in->yes = 0; /* it stays so where Python has raised something */
    in->go_on();
    in->next = walk_clock() + in->every;
    return !*in->yes;
}
static int visit_initial(Initial *in) {
    Walk *w = in->walk;
    prepare_batch(w);
    for (int64_t i = 0; i < w->batch; i++) {
        int64_t next = w->crew ? initial_together(w, i) : i;
        if (next < 0) return WALK_MEMORY;
        if ((next > i || ++in->asked % CLOCK_EVERY == 0) && initial_ask(in)) return WALK_STOPPED;
        if ((i = next) == w->batch) break;
        w->generated++;
        w->initial++;
        int code = visit_row(w, -1, i);
        if (code != WALK_DONE) return code;
    }
    w->batch = 0;
    double seconds = walk_clock() - in->began;
    if (w->n_workers > 1 && !w->crew && seconds >= WARM_S && crew_new(w)) w->crew->pace = seconds / (double)w->initial;
    return WALK_DONE;
}
static int initial_emit(void *ctx, const Vid *target, int action) {
    Initial *in = ctx;
    int64_t most = in->walk->crew ? INITIAL_TOGETHER : INITIAL_BATCH;
    if (in->walk->batch >= most && (in->code = visit_initial(in)) != WALK_DONE) return NOT_DONE;
    return walk_emit(in->walk, target, action);
}

/* Find and visit all initial states. `go_on`, asked every so many seconds, puts its answer in `yes`. WALK_STOPPED: it said
 * no, and what was found until then stays. Anything else but WALK_DONE or WALK_MEMORY: the closures have to, from the
 * beginning. */
WALK_EXPORT int walk_initial(Walk *w, int32_t tree, void (*go_on)(void), int *yes, double seconds) {
    double now = walk_clock();
    Initial in = {w, go_on, yes, seconds, now + seconds, now, 0, WALK_DONE};
    w->batch = 0;
    w->is_beginning = 1;
    int code = native_run_asking(w->prog, tree, NULL, initial_emit, &in, initial_ask);
    if (code == N_STOPPED) in.code = WALK_STOPPED;
    else if (code < 0) in.code = trouble(w, code);
    else if (code != NOT_DONE) in.code = visit_initial(&in);
    w->is_beginning = 0;
    if (w->crew) w->crew->pace = PACE_GUESS_S; /* to explore a state takes longer than to look at one */
    return in.code;
}

/* Back to the beginning of the state being explored; states that were found there stay. */
WALK_EXPORT void walk_rollback(Walk *w) {
    w->generated -= w->succs;
    w->succs = 0;
    if (w->keep_edges && w->offsets_n > w->state) {
        w->edges_n = w->offsets[w->state];
        w->offsets_n = w->state;
    }
}

WALK_EXPORT void walk_seek(Walk *w, int64_t state, int64_t generated, int64_t level_end, int64_t depth) {
    w->state = state; /* before the rollback: it drops the edges of the states from here on */
    walk_rollback(w);
    w->generated = (uint64_t)generated;
    w->level_end = level_end;
    w->depth = depth;
}

WALK_EXPORT void walk_limit(Walk *w, int64_t n_max) { w->n_max = n_max; }

WALK_EXPORT void walk_numbers(const Walk *w, int64_t *out) {
    out[0] = w->store.n; out[1] = (int64_t)w->generated; out[2] = w->depth; out[3] = w->state; out[4] = w->level_end;
    out[5] = w->initial; out[6] = w->unknown; out[7] = w->explored; out[8] = w->shared; out[9] = w->scanned;
}

/* ---- states ---- */

/* The key of a row, `walk_key_words` words: 0, or N_UNKNOWN, N_MEMORY. */
WALK_EXPORT int walk_key(Walk *w, const Vid *row, uint64_t *out) {
    uint64_t words[w->words];
    words[w->words - 1] = 0;
    memcpy(words, row, sizeof(Vid) * (size_t)w->n);
    if (w->by == BY_ROW) memcpy(out, words, sizeof(words));
    else {
        int code = make_key(w, row);
        if (code < 0) return code;
        memcpy(out, w->key, sizeof(uint64_t) * (size_t)w->keys.width);
    }
    return 0;
}

WALK_EXPORT int32_t walk_key_words(Walk *w) { return index_of(w)->width; }

/* The number of the state with this key; -1: not seen. */
WALK_EXPORT int64_t walk_find(Walk *w, const uint64_t *key) {
    const Store *s = index_of(w);
    uint64_t where;
    return store_find(s, key, hash_state(s, key), &where);
}

/* A state that others have looked at; its number (the old one if its key is known), -1 without memory. */
WALK_EXPORT int64_t walk_insert(Walk *w, const Vid *row, const uint64_t *key, int64_t parent) {
    int64_t known = walk_find(w, key);
    if (known >= 0) return known;
    uint64_t words[w->words];
    words[w->words - 1] = 0;
    memcpy(words, row, sizeof(Vid) * (size_t)w->n);
    return keep_row(w, words, key, hash_state(index_of(w), key), parent);
}

/* Many such states: how many were put before one whose key is known already or cannot be told; -1 without memory. */
WALK_EXPORT int64_t walk_load(Walk *w, const Vid *rows, const int64_t *parents, int64_t n) {
    uint64_t words[w->words], where;
    words[w->words - 1] = 0;
    for (int64_t i = 0; i < n; i++) {
        memcpy(words, rows + i * w->n, sizeof(Vid) * (size_t)w->n);
        const uint64_t *key = words;
        if (w->by != BY_ROW) {
            int code = make_key(w, rows + i * w->n);
            if (code < 0) return code == N_MEMORY ? -1 : i;
            key = w->key;
        }
        uint64_t hash = hash_state(index_of(w), key);
        if (store_find(index_of(w), key, hash, &where) >= 0) return i;
        if (keep_row(w, words, key, hash, parents[i]) < 0) return -1;
    }
    return n;
}

/* The edges of the first `n` states, explored by others. */
WALK_EXPORT int walk_load_edges(Walk *w, const uint32_t *edges, const int64_t *offsets, int64_t n) {
    for (int64_t s = 0; s < n; s++) {
        if (walk_mark(w, s)) return -1;
        for (int64_t e = offsets[s]; e < offsets[s + 1]; e++) if (walk_edge(w, edges[e])) return -1;
    }
    return 0;
}

WALK_EXPORT void walk_state(const Walk *w, int64_t i, Vid *out) {
    memcpy(out, state_at(&w->store, i), sizeof(Vid) * (size_t)w->n);
}

/* The rows of `n` states from number `at` on, one after the other. */
WALK_EXPORT void walk_copy_states(const Walk *w, int64_t at, int64_t n, Vid *out) {
    for (int64_t i = 0; i < n; i++) walk_state(w, at + i, out + i * w->n);
}

WALK_EXPORT int64_t walk_parent(const Walk *w, int64_t i) {
    uint32_t parent = *parent_at(&w->store, i);
    return parent == NO_PARENT ? -1 : (int64_t)parent;
}

WALK_EXPORT void walk_copy_parents(const Walk *w, int64_t *out) {
    for (int64_t i = 0; i < w->store.n; i++) out[i] = walk_parent(w, i);
}

/* ---- edges ---- */

/* The edges of the next state in order, explored by others. */
WALK_EXPORT int walk_put_edges(Walk *w, const uint32_t *targets, int64_t n) {
    if (walk_mark(w, w->offsets_n)) return -1;
    for (int64_t i = 0; i < n; i++) if (walk_edge(w, targets[i])) return -1;
    return 0;
}

WALK_EXPORT int64_t walk_edges(const Walk *w) { return w->edges_n; }

/* Copy the edges, and where each of the first `n` states' begin (`n` + 1 places). */
WALK_EXPORT void walk_copy_edges(const Walk *w, uint32_t *edges, int64_t *offsets, int64_t n) {
    if (w->edges_n) memcpy(edges, w->edges, sizeof(uint32_t) * (size_t)w->edges_n);
    for (int64_t i = 0; i <= n; i++) offsets[i] = i < w->offsets_n ? w->offsets[i] : w->edges_n;
    offsets[n] = w->edges_n;
}

#include "_walk_scan.h"

/* ---- what is asked afterwards, and memory ---- */

WALK_EXPORT uint64_t walk_taken(const Walk *w, int32_t action) { return w->taken[action]; }

/* Whether a constraint (or step constraint) was the first false one of some state (or step). */
WALK_EXPORT int walk_excluding(const Walk *w, int kind, int32_t predicate) { return w->excluding[kind][predicate]; }

WALK_EXPORT int64_t walk_bytes(const Walk *w) {
    int64_t bytes = store_bytes(&w->store) + (w->by == BY_ROW ? 0 : store_bytes(&w->keys));
    bytes += w->edges_cap * (int64_t)sizeof(uint32_t) + w->offsets_cap * (int64_t)sizeof(int64_t);
    return bytes + w->perms_room * (int64_t)sizeof(uint32_t) + (int64_t)native_bytes(w->prog) + crew_bytes(w);
}

/* Move full chunks of states to a file that is open for reading and writing. */
WALK_EXPORT int walk_spill(Walk *w, int file) {
    if (w->store.file < 0) w->store.file = file;
    return store_spill(&w->store);
}

/* Tell states apart by 64-bit fingerprints of what tells them apart now. */
WALK_EXPORT int walk_fingerprint(Walk *w) { return store_fingerprint(index_of(w)); }
