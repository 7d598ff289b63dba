/* What is learnt of a model: instances with their tables and rows, programs over them, and the search's own data. */
#include "_store.h"
#include "_tables.h"
#include "_team.h"

enum { CORE_DONE = 0, CORE_MISS = 1, CORE_MISS_PREDICATE = 2, CORE_FALSE = 3, CORE_DEADLOCK = 4, CORE_PAUSE = 5, CORE_MEMORY = 6,
       CORE_MISS_STEP = 7, CORE_FALSE_STEP = 8, CORE_TIRED = 9 };
enum { ACTIONS = 0, PREDICATES = 1, STEPS = 2, KINDS = 3 };

typedef struct {
    int32_t guard_word;   /* -1: none */
    int32_t skip;         /* > 0: a gate; where its row says no, go on at this place in the order, less 1 */
    uint64_t guard_bit;
    int32_t n;
    Table *tables;
    uint64_t misses, before; /* rows there were when its tables were dropped */
    int32_t event;        /* of actions: the last one found */
    int32_t common[2];    /* with several tables: two words, and their bits that all of them read */
    uint64_t common_bits[2];
} Instance;

/* What an instance may do: outcomes that write certain bits. `next`: another event of the same instance. */
typedef struct { int32_t instance, class, next; } Event;

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
    int64_t same_n;
    int excludes;   /* whether a place is outside a constraint */
    int32_t split;  /* constraints are before this place, all else is behind it; 0: it is not known so */
} Program;

/* A successor, its words in the batch it belongs to. */
typedef struct {
    uint64_t hash;
    uint64_t where;       /* its slot */
    uint32_t source;
    int32_t at, succ;     /* which place in the order, which outcome of the row */
    int32_t action;       /* -1: no candidate, but steps to count */
    uint32_t times;
    uint16_t event;       /* _sleep.h */
    int16_t writes;       /* the class of what was written, negative: all predicates are asked; 0: it may be anything */
} Candidate;

typedef struct {
    Candidate *list;
    uint64_t *words;
    int64_t n, room;
    int32_t width;
} Batch;

/* A successor that was not seen before the blocks at work: hash and slot in the index (of keys, where those tell states
 * apart); `kept`: it is the first of its equals. */
typedef struct { uint64_t hash, where; uint32_t source; uint16_t event, kept; } Found;

enum { HINT_BITS = 13 };
enum { RECENT = 1 << 12, BLOCK_STATES = 512, BLOCKS = 128 };

/* Some states in a row, explored by one worker. */
typedef struct {
    int64_t first, last;
    Found *found;
    uint64_t *words;      /* of those */
    uint64_t *keys;       /* likewise, where states are told apart by keys */
    int64_t n, room;
    int32_t width;
    int64_t early;        /* those from here on belong to states that were put off (NOT_YET: while others are explored); then … */
    int32_t *order;       /* … the places of all in `found`, by their states */
    uint64_t generated;
    uint64_t outs[KINDS];
    int64_t *links;       /* with edges: number of a target, or -1 - its place in `found` */
    int64_t links_n, links_room;
    int64_t (*marks)[2];  /* with edges: where the links of each state begin and end */
    int64_t fresh;        /* how many of `found` are kept */
    int64_t base;         /* number of the first of them */
    uint8_t put_off[BLOCK_STATES]; /* for each state: a row was missing */
    int32_t put_off_n;
    int cut;              /* something else is the matter, or Python has to be asked: one worker goes on here */
    int failed;           /* out of memory */
} __attribute__((aligned(128))) Block;

struct Core;
typedef struct Keyed Keyed; /* _keyed.h */
typedef int (*KeyOf)(void *with, const uint64_t *words, uint64_t *key); /* -1: it is not known, -2: no memory */
typedef int (*MeetOf)(void *with, int32_t n, void **withs); /* what makes keys, for each of n workers; -1: there is but one */
typedef void (*PartOf)(void *with);
typedef int (*PutRow)(struct Core *, int kind, int32_t instance, int32_t n, const int32_t *word, const uint64_t *mask, const uint64_t *s,
                      const uint64_t *row, int64_t row_n);
typedef int (*FillRow)(void *with, int kind, int32_t instance, const uint64_t *s, const uint64_t *t, PutRow put, struct Core *core);

typedef struct {
    struct Core *core;
    Batch batch;
    uint64_t *sums;       /* hash summands of the state being explored */
    uint64_t *enabled;    /* places in the order, as bits */
    uint64_t *pair;       /* the step being looked at */
    int32_t place;        /* in the program at work */
    uint64_t outs[KINDS];
    uint64_t *lookups[KINDS];
    uint64_t recent[RECENT]; /* by hash: 1 + a block of this round where this worker may have found it, and its place there */
    int index_bits;       /* of the seen set, when the candidates of the batch began to be looked for */
    uint8_t hints[1 << HINT_BITS]; /* which table to look at first */
    uint64_t *asleep;     /* in the state being explored */
    int64_t pair_source;  /* the state in the first half of `pair`; -1: none */
    uint8_t *truths;      /* of the leaves of steps, from this state: 1 false, 2 true */
    uint64_t *memo;       /* outcomes of whole steps (_steps.h) */
    uint64_t *memo_key, memo_source;
    int32_t memo_bits, memo_filled, memo_asked, memo_hits, memo_rest;
    uint64_t *key, key_hash, key_where; /* the last one made; its slot, where it is new */
    Block *block;         /* that is being explored; NULL: one worker explores alone */
    void *keyer;          /* what makes this worker's */
} __attribute__((aligned(128))) Worker;

/* Places in the order that do nothing, by a narrow key: `off` has the places' bits for each key, words `low` to `high`. */
typedef struct {
    Table key;            /* only its mask is used */
    int32_t low, high;
    uint64_t *off;
} Gate;
/* An outcome of a row, for _joint.h: where it is; its instance's place in the order, and which of the row's it is. */
typedef struct { uint32_t row; int32_t place, succ, instance; } Joined;

/* The places from `first` to before `last`, with `tables` tables; what they do, by key. */
typedef struct {
    Table key;            /* only its mask is used */
    int32_t first, last, tables;
    Joined **lists;
} Joint;

enum { GATE_BITS = 11, GATES = 64, GATE_BYTES = 1 << 15 };

/* A part of the program of state predicates that is passed before the next begins, and all bits it may depend on. */
typedef struct { int32_t begin, end; } Segment;

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
    Segment *segments;    /* of the program of states, if it is one after the other */
    int32_t n_segments;
    uint64_t *footprints; /* per segment: the bits it may depend on */
    uint64_t *classes;    /* kinds of writes: the bits written */
    int32_t n_classes, classes_room;
    int32_t *class_begin, *class_segments; /* which segments each may change */
    int64_t unchecked;    /* states below this number were not looked at by the program as it is */
    int64_t *odd;         /* nor were these, in ascending order */
    int64_t odd_n, odd_room;
    int segments_fresh;
    int64_t segments_at;  /* the state at which they were made */
    uint64_t news, news_max; /* rows put; when the gates are made anew */
    int steps_fresh;      /* what follows holds; made at state `steps_at` */
    int64_t steps_at;
    uint8_t *touched;     /* by class of writes and leaf of the program of steps */
    int32_t touched_classes;
    int32_t *step_word;   /* the words of a state that the program of steps may depend on, … */
    uint64_t *step_mask;  /* … and the bits */
    int32_t step_n;
    Joint *joints;
    int32_t *joint_of;    /* of a place in the order; -1: none */
    int32_t n_joints;
    int64_t joint_bytes;
    pthread_mutex_t joint_lock;
    Event *events;        /* _sleep.h */
    int32_t n_events;
    uint16_t **born;      /* the event that each state was found by, in chunks; those of explored states are dropped */
    int64_t born_chunks, born_dropped, born_from; /* states below `born_from`: not known */
    int sleep_fresh, was_false;
    int64_t sleep_at;     /* the state at which it was made; -1: not yet */
    uint64_t *asleep, *apart; /* for each event that a state may have been found by: the events asleep there; those that commute */
    uint64_t **handed;    /* events asleep, in chunks, of states from `handed_from` on */
    int64_t handed_from;
    int32_t sleep_events, sleep_words;
    int64_t batch;        /* so many candidates at a time: few where there are misses */
    uint64_t outs[KINDS]; /* for each value of a program from PLACE_OUT down: whether it came up */
    /* several states at once */
    Worker *workers;
    int32_t n_workers;
    Block *blocks;
    int32_t n_blocks, next_block;
    int64_t parallel_from; /* not before this state */
    int64_t span;         /* states in the next batch of blocks */
    int64_t least;        /* so many states are worth it */
    int64_t base;         /* while inserting: states before the blocks at work */
    int64_t per_block;
    int index_bits;       /* of the seen set, when they were explored */
    int64_t rest, rest_max; /* states that one worker explores alone, where more cannot help */
    int64_t alone_from;   /* since this state, … */
    uint64_t missed;      /* … in so many there were misses, … */
    int64_t missed_at;    /* … in this one last */
    int tired;            /* the caller wants to look at the time */
    Keyed *keyed;         /* what tells states apart, if not their words */
    FillRow fill;         /* answers misses */
    void *fill_with;
    int answer;           /* to the miss at the cursor; -1: it was not asked */
    void (*job)(struct Core *, Worker *);
    Team team;            /* once several are at work */
} Core;

/* Zeroed memory that shares no cache line with that of another worker; `old` is given back. */
static void *own_room(void *old, size_t bytes) {
    free(old);
    size_t all = (bytes + 128) & ~(size_t)127;
    void *made = aligned_alloc(128, all);
    return made ? memset(made, 0, all) : NULL;
}

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

static inline uint64_t fold(uint64_t h, uint64_t word) {
    h = (h ^ word) * 0x9E3779B97F4A7C15ULL;
    return h ^ (h >> 32);
}

/* The same for an instance of several tables: the one is tried first that had the value when what all of them read was
 * alike last. */
static inline uint32_t lookup_among(const Instance *in, Worker *w, uint64_t seed, const uint64_t *s) {
    uint64_t h = (s[in->common[0]] & in->common_bits[0]) + seed;
    h = fold(h, s[in->common[1]] & in->common_bits[1]);
    uint8_t *hint = &w->hints[h >> (64 - HINT_BITS)];
    int32_t first = *hint < in->n ? *hint : 0;
    uint32_t value = table_lookup(&in->tables[first], s);
    for (int32_t i = 0; !value && i < in->n; i++)
        if (i != first && (value = table_lookup(&in->tables[i], s))) *hint = (uint8_t)i;
    return value;
}

/* The value an instance has in a state; 0: it is not known. */
static inline uint32_t lookup(Core *c, Worker *w, int kind, int32_t number, const uint64_t *s) {
    const Instance *in = &c->instances[kind][number];
    w->lookups[kind][number]++;
    if (in->n == 1) return table_lookup(in->tables, s);
    return in->n ? lookup_among(in, w, (uint64_t)(uint32_t)number << 2 | (uint64_t)kind, s) : 0;
}

/* Run a program from w->place on to place `end`; `s` is a state, or the two of a step. CORE_DONE: w->place is the value, or
 * where it got to. */
static inline int run_program(Core *c, Worker *w, int kind, const uint64_t *s, int32_t end) {
    const Program *p = &c->programs[kind];
    int32_t place = w->place, width = c->store.width;
    while (place >= 0 && place < end) {
        const Leaf *leaf = &p->code[place];
        int truth;
        if (leaf->kind == LEAF_TABLE) {
            uint32_t value = lookup(c, w, kind, leaf->instance, s);
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

/* The program of states from place `low` to before `high` for a candidate, as far as its step may have changed the answer. */
static inline int look_between(Core *c, Worker *w, const uint64_t *t, int32_t writes, int32_t low, int32_t high, int *out) {
    if (writes <= 0) {
        w->place = low;
        if (run_program(c, w, PREDICATES, t, high) != CORE_DONE) return CORE_MISS_PREDICATE;
        if (w->place == PLACE_FALSE) return CORE_FALSE;
        *out |= w->place <= PLACE_OUT;
        return CORE_DONE;
    }
    for (int32_t k = c->class_begin[writes]; k < c->class_begin[writes + 1]; k++) {
        const Segment *part = &c->segments[c->class_segments[k]];
        if (part->begin < low || part->begin >= high) continue;
        w->place = part->begin;
        if (run_program(c, w, PREDICATES, t, part->end) != CORE_DONE) return CORE_MISS_PREDICATE;
        if (w->place == PLACE_FALSE) return CORE_FALSE;
        if (w->place <= PLACE_OUT) { *out = 1; return CORE_DONE; }
    }
    return CORE_DONE;
}

static inline int look_at_state(Core *c, Worker *w, const uint64_t *t, int32_t writes, int *out) {
    return look_between(c, w, t, writes, 0, INT32_MAX, out);
}

/* ---- what a step can change ----
 *
 * An explored state has passed the program of states. Where that is a chain of parts, a part need be asked of a successor only if
 * the step writes bits the part may depend on: else it reads the same row as in the state before. */

enum { CLASSES_MAX = 2048 };

/* The class of an outcome's writes; 0: one that may write anything. */
static int32_t class_of(Core *c, const uint64_t *writes, int64_t n) {
    int32_t width = c->store.width;
    if (!c->classes) {
        c->classes = calloc((size_t)CLASSES_MAX * (size_t)width, sizeof(uint64_t));
        if (!c->classes) return 0;
        c->n_classes = 1;
    }
    if (c->n_classes == CLASSES_MAX) return 0;
    uint64_t *mask = c->classes + (int64_t)c->n_classes * width;
    memset(mask, 0, sizeof(uint64_t) * (size_t)width);
    for (int64_t i = 0; i < n; i++) mask[writes[3 * i]] |= writes[3 * i + 1];
    for (int32_t k = 1; k < c->n_classes; k++)
        if (same_words(c->classes + (int64_t)k * width, mask, width)) return k;
    c->segments_fresh = 0;
    return c->n_classes++;
}

static void leaf_footprint(const Core *c, const Leaf *leaf, uint64_t *mask) {
    if (leaf->kind == LEAF_BIT) { mask[leaf->word] |= leaf->bits; return; }
    const Instance *in = leaf->kind == LEAF_TABLE ? &c->instances[PREDICATES][leaf->instance] : NULL;
    if (!in || !in->n) {
        memset(mask, 255, sizeof(uint64_t) * (size_t)c->store.width);
        return;
    }
    for (int32_t j = 0; j < in->n; j++)
        for (int32_t i = 0; i < in->tables[j].n; i++) mask[in->tables[j].word[i]] |= in->tables[j].mask[i];
}

static int make_segments(Core *c) {
    const Program *p = &c->programs[PREDICATES];
    int32_t width = c->store.width, far = 0;
    c->segments_fresh = 0;
    c->segments_at = c->state;
    c->n_segments = 0;
    for (int32_t i = 0; i < c->n_instances[PREDICATES]; i++) {
        Instance *in = &c->instances[PREDICATES][i];
        uint64_t used = 0;
        for (int32_t j = 0; j < in->n; j++) used += in->tables[j].used;
        if (used < in->before) c->unchecked = c->store.n;
        in->before = 0;
    }
    free(c->segments); free(c->footprints); free(c->class_begin); free(c->class_segments);
    size_t n = (size_t)p->n + 1, classes = (size_t)(c->n_classes ? c->n_classes : 1);
    c->segments = calloc(n, sizeof(Segment));
    c->footprints = calloc(n * (size_t)width, sizeof(uint64_t));
    c->class_begin = calloc(classes + 1, sizeof(int32_t));
    c->class_segments = NULL;
    if (!c->segments || !c->footprints || !c->class_begin) return -1;
    for (int32_t i = 0; i < p->n; i++) {
        if (far <= i) c->segments[c->n_segments++].begin = i;
        const int32_t to[2] = {p->code[i].yes, p->code[i].no};
        for (int k = 0; k < 2; k++) {
            if (to[k] >= 0 && to[k] <= i) { c->segments_at = INT64_MAX / 2; return 0; } /* no chain */
            int32_t end = to[k] == PLACE_TRUE ? p->n : to[k];
            if (end > far) far = end;
        }
        c->segments[c->n_segments - 1].end = i + 1;
        leaf_footprint(c, &p->code[i], c->footprints + (int64_t)(c->n_segments - 1) * width);
    }
    int32_t total = 0;
    for (int pass = 0; pass < 2; pass++) {
        total = 0;
        for (int32_t k = 1; k < c->n_classes; k++) {
            const uint64_t *mask = c->classes + (int64_t)k * width;
            c->class_begin[k] = total;
            for (int32_t g = 0; g < c->n_segments; g++) {
                const uint64_t *foot = c->footprints + (int64_t)g * width;
                int meets = 0;
                for (int32_t w = 0; w < width && !meets; w++) meets = (foot[w] & mask[w]) != 0;
                if (meets && pass) c->class_segments[total] = g;
                total += meets;
            }
        }
        c->class_begin[classes] = total;
        if (!pass && !(c->class_segments = malloc(sizeof(int32_t) * (size_t)(total + 1)))) return -1;
    }
    c->segments_fresh = 1;
    return 0;
}

/* Whether a state has passed the program of states as it is. */
static inline int was_checked(const Core *c, int64_t state) {
    if (!c->segments_fresh || state < c->unchecked) return 0;
    int64_t low = 0, high = c->odd_n;
    while (low < high) {
        int64_t mid = (low + high) / 2;
        if (c->odd[mid] == state) return 0;
        if (c->odd[mid] < state) low = mid + 1; else high = mid;
    }
    return 1;
}
