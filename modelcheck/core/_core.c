/* The search core: exact breadth-first search over packed states by looking up learnt rows. It knows nothing of specs.
 *
 * A state is `width` 64-bit words. An instance of an action owns tables; each table has a mask (some words, some bits) and
 * maps the masked words of a state to a row: the list of what the instance does in every state that agrees on the mask.
 * A predicate is the same with a row that says true or false. A lookup that fails stops the search with CORE_MISS; the
 * caller evaluates, adds a row and goes on from the same place.
 *
 * Plain C99, no Python API but the module's initialisation: called through ctypes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

#define KEY_MAX 128

enum { CORE_DONE = 0, CORE_MISS = 1, CORE_MISS_PREDICATE = 2, CORE_FALSE = 3, CORE_DEADLOCK = 4, CORE_PAUSE = 5, CORE_MEMORY = 6,
       CORE_MISS_STEP = 7, CORE_FALSE_STEP = 8 };

typedef struct {
    int32_t n;        /* words in the key */
    int32_t *word;    /* which */
    uint64_t *mask;   /* which bits of each */
    uint64_t *keys;   /* cap * n */
    int64_t *rows;    /* offset into the row buffer + 1; 0: empty */
    uint64_t cap, used;
    uint64_t hits;
} Table;

typedef struct {
    int32_t guard_word;   /* -1: none */
    int32_t skip;         /* > 0: a gate; where its row says 0, go on at this place in the order, less 1 */
    uint64_t guard_bit;
    int32_t n;
    Table *tables;
    uint64_t lookups, misses;
} Instance;

/* A formula is a program: leaves, each with the place to go on at when it is true and when it is false; a negative place is
 * the formula's value. Kinds of leaves: 0 a table of `instance`, 1 whether any of `bits` of word `word` is set, 2 whether the
 * two states of a step agree on all (word, bits) of `same` from `word` on, `instance` of them. */
enum { LEAF_TABLE = 0, LEAF_BIT = 1, LEAF_SAME = 2 };
enum { PLACE_TRUE = -1, PLACE_FALSE = -2, PLACE_OUT = -3 }; /* OUT and below: outside a constraint */

typedef struct {
    int32_t kind, instance, word, yes, no, unused;
    uint64_t bits;
} Leaf;

typedef struct {
    Leaf *code;
    int32_t n;
    uint64_t *same; /* pairs: word, bits */
} Program;

typedef struct {
    int32_t width;
    uint64_t *states;
    int64_t n, cap;
    int64_t *parents;
    uint32_t *slots;      /* index + 1 of the state in each slot of the seen set */
    uint64_t slot_mask;
    Instance *instances;
    int32_t n_instances;
    int32_t *order;       /* instances to probe, in order */
    int32_t n_order;
    Instance *predicates; /* of states: invariants, constraints */
    int32_t n_predicates;
    Instance *steps;      /* predicates of steps: their masks speak of 2 * width words, the state's and its successor's */
    int32_t n_steps;
    Program programs[3];  /* 1: of states, 2: of steps; none: the predicates one after the other */
    int32_t phase;        /* of the candidate: 0 new, 1 counted, 2 its step was looked at, 3 at its predicates */
    int32_t place;        /* in the program at work */
    int8_t step_out;      /* the step is outside a constraint */
    uint64_t outs[3];     /* by kind, for each value of its program from PLACE_OUT down: whether it came up */
    int64_t n_max;        /* pause between states when there are more states than this */
    uint64_t *pair;       /* the step being looked at */
    int keep_edges;
    uint32_t *edges;      /* targets of the steps of each state, in order of exploration */
    int64_t *offsets;     /* per explored state: where its edges begin; one more at the end */
    int64_t edges_n, edges_cap, offsets_n, offsets_cap;
    uint64_t *rowbuf;
    int64_t row_n, row_cap;
    int check_deadlock;
    /* cursor */
    int64_t state;        /* being explored */
    int32_t at;           /* place in `order` */
    int64_t succ;         /* successor within the row */
    uint64_t succs;       /* of this state so far, with multiplicity */
    uint64_t generated;
    uint64_t *target;     /* candidate successor */
    int64_t level_end;
    int64_t depth;
    int64_t pause_at;     /* stop when the cursor reaches this state */
    int32_t last_action;
} Core;

static inline uint64_t mix(uint64_t h, uint64_t x) {
    h ^= x;
    h *= 0x9E3779B97F4A7C15ULL;
    return h ^ (h >> 29);
}

static inline uint64_t hash_words(const uint64_t *w, int n) {
    uint64_t h = 0x8F1BBCDCBFA53E0BULL;
    for (int i = 0; i < n; i++) h = mix(h, w[i]);
    h *= 0xBF58476D1CE4E5B9ULL;
    return h ^ (h >> 32);
}

EXPORT Core *core_new(int32_t width, int check_deadlock) {
    Core *c = calloc(1, sizeof(Core));
    if (!c) return NULL;
    c->width = width;
    c->check_deadlock = check_deadlock;
    c->cap = 1024;
    c->states = malloc(sizeof(uint64_t) * (size_t)c->cap * (size_t)width);
    c->parents = malloc(sizeof(int64_t) * (size_t)c->cap);
    c->slot_mask = 4095;
    c->slots = calloc(c->slot_mask + 1, sizeof(uint32_t));
    c->row_cap = 4096;
    c->rowbuf = malloc(sizeof(uint64_t) * (size_t)c->row_cap);
    c->target = calloc((size_t)width, sizeof(uint64_t));
    c->pair = calloc((size_t)width * 2, sizeof(uint64_t));
    c->pause_at = INT64_MAX;
    c->n_max = INT64_MAX;
    return c;
}

static void table_free(Table *t) {
    free(t->word); free(t->mask); free(t->keys); free(t->rows);
}

static void instances_free(Instance *list, int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < list[i].n; j++) table_free(&list[i].tables[j]);
        free(list[i].tables);
    }
    free(list);
}

EXPORT void core_free(Core *c) {
    if (!c) return;
    instances_free(c->instances, c->n_instances);
    instances_free(c->predicates, c->n_predicates);
    instances_free(c->steps, c->n_steps);
    for (int kind = 1; kind < 3; kind++) { free(c->programs[kind].code); free(c->programs[kind].same); }
    free(c->pair); free(c->edges); free(c->offsets);
    free(c->states); free(c->parents); free(c->slots); free(c->rowbuf); free(c->target); free(c->order);
    free(c);
}

static int grow_slots(Core *c) {
    uint64_t mask = c->slot_mask * 2 + 1;
    uint32_t *slots = calloc(mask + 1, sizeof(uint32_t));
    if (!slots) return -1;
    for (int64_t i = 0; i < c->n; i++) {
        uint64_t h = hash_words(c->states + i * c->width, c->width) & mask;
        while (slots[h]) h = (h + 1) & mask;
        slots[h] = (uint32_t)(i + 1);
    }
    free(c->slots);
    c->slots = slots;
    c->slot_mask = mask;
    return 0;
}

/* The number of a state, or -1; `where` gets its slot. */
static inline int64_t find(const Core *c, const uint64_t *s, uint64_t *where) {
    size_t bytes = sizeof(uint64_t) * (size_t)c->width;
    uint64_t h = hash_words(s, c->width) & c->slot_mask;
    while (c->slots[h]) {
        int64_t i = (int64_t)c->slots[h] - 1;
        if (memcmp(c->states + i * c->width, s, bytes) == 0) { *where = h; return i; }
        h = (h + 1) & c->slot_mask;
    }
    *where = h;
    return -1;
}

static int64_t insert(Core *c, const uint64_t *s, uint64_t where, int64_t parent) {
    if (c->n == c->cap) {
        int64_t cap = c->cap * 2;
        if (cap > (int64_t)UINT32_MAX - 1) return -1;
        uint64_t *states = realloc(c->states, sizeof(uint64_t) * (size_t)cap * (size_t)c->width);
        if (!states) return -1;
        c->states = states;
        int64_t *parents = realloc(c->parents, sizeof(int64_t) * (size_t)cap);
        if (!parents) return -1;
        c->parents = parents;
        c->cap = cap;
    }
    memcpy(c->states + c->n * c->width, s, sizeof(uint64_t) * (size_t)c->width);
    c->parents[c->n] = parent;
    c->slots[where] = (uint32_t)(c->n + 1);
    c->n++;
    if ((uint64_t)c->n * 3 > (c->slot_mask + 1) * 2 && grow_slots(c)) return -1;
    return c->n - 1;
}

/* ---- tables ---- */

/* Kinds of instances: 0 of actions, 1 predicates of states, 2 predicates of steps. */
EXPORT int32_t core_add_instances(Core *c, int kind, int32_t count) {
    Instance **list = kind == 2 ? &c->steps : kind ? &c->predicates : &c->instances;
    int32_t *n = kind == 2 ? &c->n_steps : kind ? &c->n_predicates : &c->n_instances;
    Instance *grown = realloc(*list, sizeof(Instance) * (size_t)(*n + count));
    if (!grown) return -1;
    memset(grown + *n, 0, sizeof(Instance) * (size_t)count);
    for (int32_t i = *n; i < *n + count; i++) grown[i].guard_word = -1;
    *list = grown;
    *n += count;
    return *n;
}

EXPORT void core_set_guard(Core *c, int32_t instance, int32_t word, uint64_t bit) {
    c->instances[instance].guard_word = word;
    c->instances[instance].guard_bit = bit;
}

EXPORT void core_set_skip(Core *c, int32_t instance, int32_t skip) { c->instances[instance].skip = skip; }

EXPORT int core_set_order(Core *c, const int32_t *order, int32_t n, int32_t at) {
    int32_t *copy = malloc(sizeof(int32_t) * (size_t)(n ? n : 1));
    if (!copy) return -1;
    memcpy(copy, order, sizeof(int32_t) * (size_t)n);
    free(c->order);
    c->order = copy;
    c->n_order = n;
    c->at = at;
    return 0;
}

static Instance *instance_of(Core *c, int kind, int32_t i) {
    return kind == 2 ? &c->steps[i] : kind ? &c->predicates[i] : &c->instances[i];
}

/* A new table for an instance: the words of its key and the mask of each. */
EXPORT int32_t core_add_table(Core *c, int kind, int32_t instance, int32_t n, const int32_t *word, const uint64_t *mask) {
    Instance *in = instance_of(c, kind, instance);
    Table *tables = realloc(in->tables, sizeof(Table) * (size_t)(in->n + 1));
    if (!tables) return -1;
    in->tables = tables;
    Table *t = &tables[in->n];
    memset(t, 0, sizeof(Table));
    size_t m = (size_t)(n ? n : 1);
    t->n = n;
    t->cap = 16;
    t->word = malloc(sizeof(int32_t) * m);
    t->mask = malloc(sizeof(uint64_t) * m);
    t->keys = malloc(sizeof(uint64_t) * m * t->cap);
    t->rows = calloc(t->cap, sizeof(int64_t));
    memcpy(t->word, word, sizeof(int32_t) * (size_t)n);
    memcpy(t->mask, mask, sizeof(uint64_t) * (size_t)n);
    return in->n++;
}

static inline int64_t lookup_table(Table *t, const uint64_t *s) {
    uint64_t key[KEY_MAX];
    int n = t->n;
    for (int i = 0; i < n; i++) key[i] = s[t->word[i]] & t->mask[i];
    uint64_t h = hash_words(key, n) & (t->cap - 1);
    while (t->rows[h]) {
        const uint64_t *k = t->keys + h * (uint64_t)n;
        int same = 1;
        for (int i = 0; i < n; i++) if (k[i] != key[i]) { same = 0; break; }
        if (same) return t->rows[h];
        h = (h + 1) & (t->cap - 1);
    }
    return 0;
}

static inline int64_t lookup(Instance *in, const uint64_t *s) {
    in->lookups++;
    for (int i = 0; i < in->n; i++) {
        int64_t row = lookup_table(&in->tables[i], s);
        if (row) {
            in->tables[i].hits++;
            if (i > 0 && in->tables[i].hits > in->tables[i - 1].hits * 2) { /* keep the likely ones in front */
                Table swap = in->tables[i];
                in->tables[i] = in->tables[i - 1];
                in->tables[i - 1] = swap;
            }
            return row;
        }
    }
    in->misses++;
    return 0;
}

static void put(Table *t, const uint64_t *key, int64_t row) {
    uint64_t h = hash_words(key, t->n) & (t->cap - 1);
    while (t->rows[h]) h = (h + 1) & (t->cap - 1);
    memcpy(t->keys + h * (uint64_t)t->n, key, sizeof(uint64_t) * (size_t)t->n);
    t->rows[h] = row;
}

/* Add a row to the table with this mask (made if there is none); the key comes from the full state `s`. */
EXPORT int core_put(Core *c, int kind, int32_t instance, int32_t n, const int32_t *word, const uint64_t *mask,
                    const uint64_t *s, const uint64_t *row, int64_t row_n) {
    Instance *in = instance_of(c, kind, instance);
    Table *t = NULL;
    for (int i = 0; i < in->n && !t; i++) {
        Table *u = &in->tables[i];
        if (u->n == n && memcmp(u->word, word, sizeof(int32_t) * (size_t)n) == 0 &&
            memcmp(u->mask, mask, sizeof(uint64_t) * (size_t)n) == 0) t = u;
    }
    if (!t) {
        if (core_add_table(c, kind, instance, n, word, mask) < 0) return -1;
        t = &in->tables[in->n - 1];
    }
    if (c->row_n + row_n > c->row_cap) {
        int64_t cap = c->row_cap * 2 + row_n;
        uint64_t *rows = realloc(c->rowbuf, sizeof(uint64_t) * (size_t)cap);
        if (!rows) return -1;
        c->rowbuf = rows;
        c->row_cap = cap;
    }
    memcpy(c->rowbuf + c->row_n, row, sizeof(uint64_t) * (size_t)row_n);
    int64_t offset = c->row_n + 1;
    c->row_n += row_n;
    if ((t->used + 1) * 2 > t->cap) {
        Table old = *t;
        t->cap *= 2;
        size_t m = (size_t)(n ? n : 1);
        t->keys = malloc(sizeof(uint64_t) * m * t->cap);
        t->rows = calloc(t->cap, sizeof(int64_t));
        if (!t->keys || !t->rows) return -1;
        for (uint64_t h = 0; h < old.cap; h++)
            if (old.rows[h]) put(t, old.keys + h * (uint64_t)n, old.rows[h]);
        free(old.keys);
        free(old.rows);
    }
    uint64_t key[KEY_MAX];
    for (int i = 0; i < n; i++) key[i] = s[word[i]] & mask[i];
    put(t, key, offset);
    t->used++;
    return 0;
}

/* ---- search ---- */

static int add_edge(Core *c, int64_t target) {
    if (c->edges_n == c->edges_cap) {
        int64_t cap = c->edges_cap ? c->edges_cap * 2 : 4096;
        uint32_t *edges = realloc(c->edges, sizeof(uint32_t) * (size_t)cap);
        if (!edges) return -1;
        c->edges = edges;
        c->edges_cap = cap;
    }
    c->edges[c->edges_n++] = (uint32_t)target;
    return 0;
}

/* Run a program from c->place on; `s` is a state, or the two of a step. CORE_DONE: c->place is the value. */
static inline int run_program(Core *c, int kind, const uint64_t *s) {
    const Program *p = &c->programs[kind];
    Instance *list = kind == 2 ? c->steps : c->predicates;
    int32_t place = c->place, width = c->width;
    while (place >= 0) {
        const Leaf *leaf = &p->code[place];
        int truth;
        if (leaf->kind == LEAF_TABLE) {
            int64_t row = lookup(&list[leaf->instance], s);
            if (!row) { c->place = place; return CORE_MISS; }
            truth = c->rowbuf[row - 1] != 0;
        } else if (leaf->kind == LEAF_BIT) {
            truth = (s[leaf->word] & leaf->bits) != 0;
        } else {
            const uint64_t *same = p->same + 2 * (int64_t)leaf->word;
            truth = 1;
            for (int32_t i = 0; i < leaf->instance && truth; i++) {
                uint64_t w = same[2 * i];
                truth = !((s[w] ^ s[w + (uint64_t)width]) & same[2 * i + 1]);
            }
        }
        place = truth ? leaf->yes : leaf->no;
    }
    c->place = place;
    if (place <= PLACE_OUT) c->outs[kind] |= 1ULL << (PLACE_OUT - place < 63 ? PLACE_OUT - place : 63);
    return CORE_DONE;
}

/* Look at the candidate in c->target: its step, the seen set, its predicates. Returns CORE_DONE, or why it cannot go on
 * (it goes on there when called again). */
static int visit(Core *c, int64_t parent) {
    uint64_t where;
    if (c->phase <= 1) {
        c->step_out = 0;
        if (parent >= 0 && c->programs[2].n) {
            if (c->phase == 0 || c->place < 0) c->place = 0;
            memcpy(c->pair, c->states + parent * c->width, sizeof(uint64_t) * (size_t)c->width);
            memcpy(c->pair + c->width, c->target, sizeof(uint64_t) * (size_t)c->width);
            c->phase = 1;
            if (run_program(c, 2, c->pair) != CORE_DONE) return CORE_MISS_STEP;
            if (c->place == PLACE_FALSE) return CORE_FALSE_STEP;
            c->step_out = c->place <= PLACE_OUT;
        }
        c->phase = 2;
    }
    int64_t seen = find(c, c->target, &where);
    if (seen >= 0) {
        c->phase = 0;
        return c->keep_edges && parent >= 0 && !c->step_out && add_edge(c, seen) ? CORE_MEMORY : CORE_DONE;
    }
    if (c->programs[1].n) {
        if (c->phase == 2) c->place = 0;
        c->phase = 3;
        if (run_program(c, 1, c->target) != CORE_DONE) return CORE_MISS_PREDICATE;
        if (c->place == PLACE_FALSE) return CORE_FALSE;
    }
    int out = c->programs[1].n && c->place <= PLACE_OUT;
    c->phase = 0;
    if (out || c->step_out) return CORE_DONE;
    int64_t number = insert(c, c->target, where, parent);
    if (number < 0) return CORE_MEMORY;
    return c->keep_edges && parent >= 0 && add_edge(c, number) ? CORE_MEMORY : CORE_DONE;
}

/* Back to the beginning of the state being explored, as if nothing had been done there yet. */
EXPORT void core_rollback(Core *c) {
    c->generated -= c->succs;
    c->succs = 0;
    c->at = 0;
    c->succ = 0;
    c->phase = 0;
    c->place = 0;
    if (c->keep_edges && c->offsets_n > c->state) {
        c->edges_n = c->offsets[c->state];
        c->offsets_n = c->state;
    }
}

/* The number of a state, or -1. */
EXPORT int64_t core_find(const Core *c, const uint64_t *s) {
    uint64_t where;
    return find(c, s, &where);
}

/* A state that others have looked at; its number (the old one if it is known), -1 without memory. */
EXPORT int64_t core_insert(Core *c, const uint64_t *s, int64_t parent) {
    uint64_t where;
    int64_t known = find(c, s, &where);
    return known >= 0 ? known : insert(c, s, where, parent);
}

/* Stand at the beginning of a state. */
EXPORT void core_seek(Core *c, int64_t state, int64_t generated, int64_t level_end, int64_t depth) {
    core_rollback(c);
    c->state = state;
    c->generated = (uint64_t)generated;
    c->level_end = level_end;
    c->depth = depth;
}

static int mark_offset(Core *c) {
    if (c->offsets_n + 2 > c->offsets_cap) {
        int64_t cap = c->offsets_cap ? c->offsets_cap * 2 : 4096;
        int64_t *offsets = realloc(c->offsets, sizeof(int64_t) * (size_t)cap);
        if (!offsets) return -1;
        c->offsets = offsets;
        c->offsets_cap = cap;
    }
    c->offsets[c->offsets_n++] = c->edges_n;
    return 0;
}

/* The edges of the next state in order that others have explored. */
EXPORT int core_put_edges(Core *c, const uint32_t *targets, int64_t n) {
    if (mark_offset(c)) return -1;
    for (int64_t i = 0; i < n; i++) if (add_edge(c, targets[i])) return -1;
    return 0;
}

/* Which values from PLACE_OUT down a program has had, as bits (the last one for all beyond). */
EXPORT uint64_t core_outs(const Core *c, int kind) { return c->outs[kind]; }

EXPORT void core_limit(Core *c, int64_t n_max) { c->n_max = n_max; }

/* A program for the predicates of states (kind 1) or of steps (kind 2). The cursor of a candidate at work is set anew:
 * its predicates are asked again from the beginning. */
EXPORT int core_set_program(Core *c, int kind, const Leaf *code, int32_t n, const uint64_t *same, int64_t same_n) {
    Program *p = &c->programs[kind];
    Leaf *leaves = malloc(sizeof(Leaf) * (size_t)(n ? n : 1));
    uint64_t *pairs = malloc(sizeof(uint64_t) * (size_t)(same_n ? same_n : 1) * 2);
    if (!leaves || !pairs) return -1;
    memcpy(leaves, code, sizeof(Leaf) * (size_t)n);
    memcpy(pairs, same, sizeof(uint64_t) * (size_t)same_n * 2);
    free(p->code);
    free(p->same);
    p->code = leaves;
    p->same = pairs;
    p->n = n;
    c->place = 0;
    if (c->phase > 1) c->phase = 2;
    return 0;
}

/* An initial state. The caller calls again with the same state after resolving a miss (`again`). */
EXPORT int core_initial(Core *c, const uint64_t *s, int again) {
    memcpy(c->target, s, sizeof(uint64_t) * (size_t)c->width);
    if (!again) { c->generated++; c->phase = 0; }
    int code = visit(c, -1);
    c->level_end = c->n;
    c->depth = 1;
    return code;
}

EXPORT int core_run(Core *c) {
    int32_t width = c->width;
    size_t bytes = sizeof(uint64_t) * (size_t)width;
    while (c->state < c->n) {
        if (c->at == 0 && c->succ == 0 && c->phase == 0 && (c->state >= c->pause_at || c->n > c->n_max)) return CORE_PAUSE;
        if (c->state == c->level_end) { c->depth++; c->level_end = c->n; }
        if (c->keep_edges && c->at == 0 && c->succ == 0 && c->offsets_n == c->state && mark_offset(c)) return CORE_MEMORY;
        for (; c->at < c->n_order; c->at++) {
            Instance *in = &c->instances[c->order[c->at]];
            const uint64_t *s = c->states + c->state * width;
            if (in->guard_word >= 0 && !(s[in->guard_word] & in->guard_bit)) {
                if (in->skip) c->at = in->skip - 2;
                continue;
            }
            int64_t row = lookup(in, s);
            if (!row) return CORE_MISS;
            const uint64_t *r = c->rowbuf + row - 1;
            if (in->skip) {
                if (!r[0]) c->at = in->skip - 2;
                continue;
            }
            uint64_t count = r[0];
            if (!count) continue;
            /* successors: [action, multiplicity, writes, (word, clear, set)*] */
            const uint64_t *p = r + 1;
            for (uint64_t i = 0; i < count; i++) {
                uint64_t writes = p[2];
                if ((int64_t)i < c->succ) { p += 3 + 3 * writes; continue; }
                if (c->phase == 0) { c->generated += p[1]; c->succs += p[1]; c->phase = 1; c->place = 0; }
                memcpy(c->target, c->states + c->state * width, bytes);
                for (uint64_t w = 0; w < writes; w++) {
                    const uint64_t *q = p + 3 + 3 * w;
                    c->target[q[0]] = (c->target[q[0]] & ~q[1]) | q[2];
                }
                c->last_action = (int32_t)p[0];
                int code = visit(c, c->state);
                if (code != CORE_DONE) {
                    c->succ = (int64_t)i;
                    return code;
                }
                p += 3 + 3 * writes;
            }
            c->succ = 0;
        }
        if (c->succs == 0 && c->check_deadlock) return CORE_DEADLOCK;
        c->succs = 0;
        c->at = 0;
        c->state++;
    }
    return CORE_DONE;
}

EXPORT void core_pause_at(Core *c, int64_t state) { c->pause_at = state; }

EXPORT void core_numbers(const Core *c, int64_t *out) {
    out[0] = c->n; out[1] = (int64_t)c->generated; out[2] = c->depth; out[3] = c->state;
    out[4] = c->at < c->n_order ? c->order[c->at] : -1; 
    int kind = c->phase == 1 ? 2 : 1;
    out[5] = c->place >= 0 && c->place < c->programs[kind].n ? c->programs[kind].code[c->place].instance : -1;
     out[6] = c->last_action;
    out[7] = c->phase; out[8] = c->row_n; out[9] = c->level_end;
}

EXPORT void core_state(const Core *c, int64_t i, uint64_t *out) {
    memcpy(out, c->states + i * c->width, sizeof(uint64_t) * (size_t)c->width);
}

EXPORT void core_target(const Core *c, uint64_t *out) { memcpy(out, c->target, sizeof(uint64_t) * (size_t)c->width); }

EXPORT int64_t core_parent(const Core *c, int64_t i) { return c->parents[i]; }

EXPORT void core_keep_edges(Core *c) { c->keep_edges = 1; }

/* How many edges and explored states there are. */
EXPORT int64_t core_edges(const Core *c) { return c->edges_n; }

/* Copy the edges (uint32 each) and where each state's begin (int64 each, `n` + 1 of them). */
EXPORT void core_copy_edges(const Core *c, uint32_t *edges, int64_t *offsets, int64_t n) {
    memcpy(edges, c->edges, sizeof(uint32_t) * (size_t)c->edges_n);
    memcpy(offsets, c->offsets, sizeof(int64_t) * (size_t)n);
    offsets[n] = c->edges_n;
}

EXPORT void core_copy_parents(const Core *c, int64_t *out) { memcpy(out, c->parents, sizeof(int64_t) * (size_t)c->n); }

EXPORT void core_instance(const Core *c, int kind, int32_t i, uint64_t *out) {
    const Instance *in = kind == 2 ? &c->steps[i] : kind ? &c->predicates[i] : &c->instances[i];
    out[0] = in->lookups; out[1] = in->misses; out[2] = (uint64_t)in->n;
    uint64_t rows = 0;
    for (int32_t j = 0; j < in->n; j++) rows += in->tables[j].used;
    out[3] = rows;
}

/* ---- a new layout ---- */

/* One field of the old layout and where it stands in the new one. */
typedef struct { int32_t from_word, from_shift, to_word, to_shift, bits; } Move;

static void move_words(const uint64_t *old, uint64_t *new_, int32_t width, const Move *moves, int32_t n) {
    memset(new_, 0, sizeof(uint64_t) * (size_t)width);
    for (int32_t i = 0; i < n; i++) {
        uint64_t bits = moves[i].bits == 64 ? ~0ULL : ((1ULL << moves[i].bits) - 1);
        uint64_t v = (old[moves[i].from_word] >> moves[i].from_shift) & bits;
        new_[moves[i].to_word] |= v << moves[i].to_shift;
    }
}

/* Move every state to a new layout; all tables and rows are dropped: the caller adds them again. */
EXPORT int core_relayout(Core *c, int32_t width, const Move *moves, int32_t n) {
    uint64_t *states = malloc(sizeof(uint64_t) * (size_t)c->cap * (size_t)width);
    uint64_t *target = calloc((size_t)width, sizeof(uint64_t));
    if (!states || !target) return -1;
    for (int64_t i = 0; i < c->n; i++) move_words(c->states + i * c->width, states + i * width, width, moves, n);
    move_words(c->target, target, width, moves, n);
    uint64_t *pair = calloc((size_t)width * 2, sizeof(uint64_t));
    if (!pair) return -1;
    free(c->states); free(c->target); free(c->pair);
    c->states = states; c->target = target; c->pair = pair; c->width = width;
    memset(c->slots, 0, sizeof(uint32_t) * (size_t)(c->slot_mask + 1));
    for (int64_t i = 0; i < c->n; i++) {
        uint64_t h = hash_words(states + i * width, width) & c->slot_mask;
        while (c->slots[h]) h = (h + 1) & c->slot_mask;
        c->slots[h] = (uint32_t)(i + 1);
    }
    for (int kind = 0; kind < 3; kind++) {
        Instance *list = kind == 2 ? c->steps : kind ? c->predicates : c->instances;
        int32_t count = kind == 2 ? c->n_steps : kind ? c->n_predicates : c->n_instances;
        for (int32_t i = 0; i < count; i++) {
            for (int32_t j = 0; j < list[i].n; j++) table_free(&list[i].tables[j]);
            free(list[i].tables);
            list[i].tables = NULL;
            list[i].n = 0;
        }
    }
    c->row_n = 0;
    return 0;
}

#ifdef WITH_PYTHON
#define PY_SSIZE_T_CLEAN
#include <Python.h>
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_core", "The compiled search core (called through ctypes).", -1, NULL, NULL, NULL, NULL, NULL};
PyMODINIT_FUNC PyInit__core(void) { return PyModule_Create(&module); }
#endif
