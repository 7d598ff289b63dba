/* What is learnt of a model: instances with their tables and rows, programs over them, and the search's own data. */
#include <pthread.h>
#include "_store.h"
#include "_tables.h"

enum { CORE_DONE = 0, CORE_MISS = 1, CORE_MISS_PREDICATE = 2, CORE_FALSE = 3, CORE_DEADLOCK = 4, CORE_PAUSE = 5, CORE_MEMORY = 6,
       CORE_MISS_STEP = 7, CORE_FALSE_STEP = 8 };
enum { ACTIONS = 0, PREDICATES = 1, STEPS = 2, KINDS = 3 };

typedef struct {
    int32_t guard_word;   /* -1: none */
    int32_t skip;         /* > 0: a gate; where its row says no, go on at this place in the order, less 1 */
    uint64_t guard_bit;
    int32_t n;
    Table *tables;
    uint64_t misses;
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

/* A successor, its words in the batch it belongs to. */
typedef struct {
    uint64_t hash;
    uint64_t where;       /* its slot */
    uint32_t source;
    int32_t at, succ;     /* which place in the order, which outcome of the row */
    int32_t action;
    uint32_t times;
} Candidate;

typedef struct {
    Candidate *list;
    uint64_t *words;
    int64_t n, room;
    int32_t width;
} Batch;

/* A miss met while several states were explored at once. */
typedef struct { int32_t code, instance, place; int64_t state; } Miss;

enum { BLOCK_STATES = 256, BLOCKS = 64, BLOCK_MISSES = 32 };

/* Some states in a row, explored by one worker. */
typedef struct {
    int64_t first, last, done; /* states; those before `done` were explored without trouble */
    Batch found;          /* not seen before this batch of blocks */
    uint64_t generated;
    uint64_t outs[KINDS];
    int64_t *links;       /* with edges: number of a target, or -1 - its place in `found` */
    int64_t links_n, links_room;
    int64_t *marks;       /* with edges: how many links there are before each state */
    int64_t fresh;        /* how many of `found` are new */
    int64_t base;         /* number of the first of them */
    Miss misses[BLOCK_MISSES];
    uint64_t *miss_words; /* targets */
    int32_t misses_n;
    int failed;           /* out of memory */
} Block;

struct Core;

typedef struct {
    struct Core *core;
    Batch batch;
    uint64_t *sums;       /* hash summands of the state being explored */
    uint64_t *enabled;    /* places in the order, as bits */
    uint64_t *pair;       /* the step being looked at */
    int32_t place;        /* in the program at work */
    uint64_t outs[KINDS];
    uint64_t *lookups[KINDS];
    pthread_t thread;
} Worker;

/* Places in the order that do nothing, by a narrow key. */
typedef struct {
    Table key;            /* only its mask is used */
    int32_t users;
    uint64_t *off;        /* per key: `order_words` words */
} Gate;
enum { GATE_BITS = 10, GATES = 48, GATE_BYTES = 1 << 18, GATE_USERS = 3 };

typedef struct Core {
    Store store;
    Instance *instances[KINDS]; /* of actions, of predicates of states, of predicates of steps (masks over 2 * width words) */
    int32_t n_instances[KINDS];
    Program programs[KINDS];
    int32_t *order;       /* instances of actions to probe, in order */
    int32_t n_order, order_words;
    int order_dirty;
    uint64_t *always;     /* places without a guard, as bits */
    int32_t *bit_begin;   /* for each bit of a state: its places in bit_places */
    int32_t *bit_places;
    uint64_t *guarded;    /* bits of a state that guard something */
    Gate gates[GATES];
    int32_t n_gates;
    uint64_t *rowbuf;
    int64_t row_n, row_cap;
    int check_deadlock, keep_edges;
    uint32_t *edges;      /* targets of the steps of each state, in order of exploration */
    int64_t *offsets;     /* per explored state: where its edges begin */
    int64_t edges_n, edges_cap, offsets_n, offsets_cap;
    /* cursor */
    int64_t state;        /* being explored */
    int32_t at;           /* place in `order` */
    int64_t succ;         /* successor within the row */
    int32_t phase;        /* of the candidate: 0 new, 1 its step is looked at, 3 at its predicates */
    int32_t place;        /* in the program at work */
    uint64_t succs;       /* of this state so far, with multiplicity */
    uint64_t generated;
    uint64_t *target;     /* candidate successor */
    int64_t level_end, depth;
    int64_t pause_at;     /* stop when the cursor reaches this state */
    int64_t n_max;        /* pause between states when there are more states than this */
    int32_t last_action;
    uint64_t news, news_max; /* rows put; when the gates are made anew */
    uint64_t outs[KINDS]; /* for each value of a program from PLACE_OUT down: whether it came up */
    /* several states at once */
    Worker *workers;
    int32_t n_workers, threads;
    Block *blocks;
    int32_t n_blocks, next_block;
    int64_t parallel_from; /* not before this state */
    int64_t span;         /* states in the next batch of blocks */
    int64_t least;        /* so many states are worth it */
    int32_t queue_block, queue_at, queued; /* the miss being resolved, if `queued` */
    Miss asked;
    int64_t base, commit; /* while inserting: states before the batch; blocks to take over */
    int64_t per_block;
    void (*job)(struct Core *, Worker *);
    pthread_mutex_t lock;
    pthread_cond_t go, ready;
    uint64_t round;
    int32_t running, stop;
} Core;

/* ---- batches ---- */

static int batch_room(Batch *b, int64_t n, int32_t width) {
    if (b->width != width && b->n == 0) {
        free(b->words); free(b->list);
        memset(b, 0, sizeof(*b));
        b->width = width;
    }
    if (n <= b->room) return 0;
    int64_t room = b->room ? b->room * 2 : 256;
    while (room < n) room *= 2;
    Candidate *list = realloc(b->list, sizeof(Candidate) * (size_t)room);
    if (!list) return -1;
    b->list = list;
    uint64_t *words = realloc(b->words, sizeof(uint64_t) * (size_t)room * (size_t)width);
    if (!words) return -1;
    b->words = words;
    b->room = room;
    return 0;
}

static inline uint64_t *batch_words(const Batch *b, int64_t i) { return b->words + i * b->width; }

/* ---- lookups ---- */

/* The value an instance has in a state. `alone`: nobody else looks now, so likely tables may be moved to the front. */
static inline uint32_t lookup(Core *c, Worker *w, int kind, int32_t number, const uint64_t *s, const int alone) {
    Instance *in = &c->instances[kind][number];
    w->lookups[kind][number]++;
    int32_t n = in->n;
    for (int32_t i = 0; i < n; i++) {
        uint32_t value = table_lookup(&in->tables[i], s);
        if (value) {
            if (alone && i > 0 && ++in->tables[i].hits > 64) {
                Table swap = in->tables[i];
                swap.hits = in->tables[i - 1].hits = 0;
                in->tables[i] = in->tables[i - 1];
                in->tables[i - 1] = swap;
            }
            return value;
        }
    }
    return 0;
}

/* Run a program from w->place on; `s` is a state, or the two of a step. CORE_DONE: w->place is the value. */
static inline int run_program(Core *c, Worker *w, int kind, const uint64_t *s, const int alone) {
    const Program *p = &c->programs[kind];
    int32_t place = w->place, width = c->store.width;
    while (place >= 0) {
        const Leaf *leaf = &p->code[place];
        int truth;
        if (leaf->kind == LEAF_TABLE) {
            uint32_t value = lookup(c, w, kind, leaf->instance, s, alone);
            if (!value) { w->place = place; return CORE_MISS; }
            truth = value != VALUE_NO;
        } else if (leaf->kind == LEAF_BIT) {
            truth = (s[leaf->word] & leaf->bits) != 0;
        } else {
            const uint64_t *same = p->same + 2 * (int64_t)leaf->word;
            truth = 1;
            for (int32_t i = 0; i < leaf->instance && truth; i++) {
                uint64_t word = same[2 * i];
                truth = !((s[word] ^ s[word + (uint64_t)width]) & same[2 * i + 1]);
            }
        }
        place = truth ? leaf->yes : leaf->no;
    }
    w->place = place;
    if (place <= PLACE_OUT) w->outs[kind] |= 1ULL << (PLACE_OUT - place < 63 ? PLACE_OUT - place : 63);
    return CORE_DONE;
}

/* ---- which places of the order are probed ---- */

static void gate_free(Gate *g) { table_free(&g->key); free(g->off); memset(g, 0, sizeof(*g)); }

static int gate_like(const Gate *g, const Table *t) {
    return g->key.n == t->n && !memcmp(g->key.word, t->word, sizeof(int32_t) * (size_t)t->n) &&
           !memcmp(g->key.mask, t->mask, sizeof(uint64_t) * (size_t)t->n);
}

/* Mark the keys of a table whose value is no. */
static void gate_fill(Gate *g, const Table *t, int32_t place, int32_t words) {
    for (uint64_t key = 0; key < (uint64_t)1 << t->bits; key++) {
        uint32_t value = 0;
        if (t->form == FORM_DIRECT) value = t->direct[key];
        else {
            uint64_t mask = ((uint64_t)1 << (64 - t->shift)) - 1;
            for (uint64_t at = key_hash(key) >> t->shift; t->entries[at].value; at = (at + 1) & mask)
                if (t->entries[at].key == key) value = t->entries[at].value;
        }
        if (value == VALUE_NO) g->off[key * (uint64_t)words + (uint64_t)(place >> 6)] |= 1ULL << (place & 63);
    }
}

static int has_no(const Table *t) {
    uint64_t cap = t->form == FORM_DIRECT ? (uint64_t)1 << t->bits : (uint64_t)1 << (64 - t->shift);
    for (uint64_t i = 0; i < cap; i++)
        if ((t->form == FORM_DIRECT ? t->direct[i] : t->entries[i].value) == VALUE_NO) return 1;
    return 0;
}

static int make_gates(Core *c) {
    for (int32_t i = 0; i < c->n_gates; i++) gate_free(&c->gates[i]);
    c->n_gates = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (int32_t p = 0; p < c->n_order; p++) {
            const Instance *in = &c->instances[ACTIONS][c->order[p]];
            if (in->skip) continue;
            for (int32_t j = 0; j < in->n; j++) {
                const Table *t = &in->tables[j];
                if (t->bits > GATE_BITS || t->bits == 0 || !has_no(t)) continue;
                if (((size_t)c->order_words * 8) << t->bits > GATE_BYTES) continue;
                int32_t g = 0;
                while (g < c->n_gates && !gate_like(&c->gates[g], t)) g++;
                if (pass == 0) {
                    if (g == c->n_gates) {
                        if (g == GATES) continue;
                        if (table_init(&c->gates[g].key, t->n, t->word, t->mask)) return -1;
                        c->n_gates++;
                    }
                    c->gates[g].users++;
                } else if (g < c->n_gates) gate_fill(&c->gates[g], t, p, c->order_words);
            }
        }
        if (pass) break;
        int32_t kept = 0;
        for (int32_t g = 0; g < c->n_gates; g++) {
            if (c->gates[g].users < GATE_USERS) { gate_free(&c->gates[g]); continue; }
            Gate keep = c->gates[g];
            memset(&c->gates[g], 0, sizeof(Gate));
            c->gates[kept] = keep;
            c->gates[kept].off = calloc((size_t)c->order_words << keep.key.bits, sizeof(uint64_t));
            if (!c->gates[kept].off) return -1;
            kept++;
        }
        c->n_gates = kept;
    }
    return 0;
}

/* A gate with a guard closes the places up to where it skips to; those with another guard must not be found by it. */
static int closes_others(const Core *c, int32_t place) {
    const Instance *gate = &c->instances[ACTIONS][c->order[place]];
    for (int32_t p = place + 1; p < gate->skip - 1 && p < c->n_order; p++) {
        const Instance *in = &c->instances[ACTIONS][c->order[p]];
        if (in->guard_word != gate->guard_word || in->guard_bit != gate->guard_bit) return 1;
    }
    return 0;
}

/* After a change of order, guards or layout. */
static int make_order(Core *c) {
    int32_t bits = c->store.width * 64;
    c->order_words = (c->n_order + 63) / 64;
    size_t words = (size_t)(c->order_words ? c->order_words : 1);
    free(c->always); free(c->bit_begin); free(c->bit_places); free(c->guarded);
    c->always = calloc(words, sizeof(uint64_t));
    c->bit_begin = calloc((size_t)bits + 2, sizeof(int32_t));
    c->bit_places = calloc((size_t)c->n_order + 1, sizeof(int32_t));
    c->guarded = calloc((size_t)c->store.width, sizeof(uint64_t));
    if (!c->always || !c->bit_begin || !c->bit_places || !c->guarded) return -1;
    for (int pass = 0; pass < 2; pass++) {
        for (int32_t p = 0; p < c->n_order; p++) {
            const Instance *in = &c->instances[ACTIONS][c->order[p]];
            if (in->guard_word < 0 || in->guard_word >= c->store.width || (in->skip && closes_others(c, p))) {
                c->always[p >> 6] |= 1ULL << (p & 63);
                continue;
            }
            int32_t bit = in->guard_word * 64 + __builtin_ctzll(in->guard_bit);
            c->guarded[in->guard_word] |= in->guard_bit;
            if (pass) c->bit_places[c->bit_begin[bit + 1]++] = p;
            else c->bit_begin[bit + 2]++;
        }
        if (!pass) for (int32_t b = 2; b <= bits + 1; b++) c->bit_begin[b] += c->bit_begin[b - 1];
    }
    for (int32_t i = 0; i < c->n_workers; i++) {
        uint64_t *enabled = realloc(c->workers[i].enabled, sizeof(uint64_t) * words);
        if (!enabled) return -1;
        c->workers[i].enabled = enabled;
    }
    return make_gates(c);
}

/* The places to probe in a state, as bits. */
static inline void enabled_places(const Core *c, const uint64_t *s, uint64_t *on) {
    int32_t n = c->order_words;
    for (int32_t i = 0; i < n; i++) on[i] = c->always[i];
    for (int32_t w = 0; w < c->store.width; w++) {
        for (uint64_t set = s[w] & c->guarded[w]; set; set &= set - 1) {
            int32_t bit = w * 64 + __builtin_ctzll(set);
            for (int32_t k = c->bit_begin[bit]; k < c->bit_begin[bit + 1]; k++) {
                int32_t p = c->bit_places[k];
                on[p >> 6] |= 1ULL << (p & 63);
            }
        }
    }
    for (int32_t g = 0; g < c->n_gates; g++) {
        const uint64_t *off = c->gates[g].off + narrow_key(&c->gates[g].key, s) * (uint64_t)n;
        for (int32_t i = 0; i < n; i++) on[i] &= ~off[i];
    }
}

static inline int32_t next_place(const Core *c, const uint64_t *on, int32_t p) {
    if (p >= c->n_order) return c->n_order;
    int32_t i = p >> 6;
    uint64_t bits = on[i] >> (p & 63) << (p & 63);
    while (!bits) {
        if (++i >= c->order_words) return c->n_order;
        bits = on[i];
    }
    return i * 64 + __builtin_ctzll(bits);
}
